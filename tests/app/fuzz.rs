//! The fuzz targets, for the kept inputs and for random ones.

#[path = "../../fuzz/targets.rs"]
mod targets;

use std::{fs, path::Path};

use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};

use self::targets::TARGETS;

/// The kept inputs of a target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    fs::read_dir(&folder).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

/// An input near a kept one: a stretch of it is repeated, or replaced by a stretch of another or by any characters.
fn near(corpus: &[Vec<u8>]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let stretch = || (select(corpus.to_vec()), any::<Index>(), 0..40_usize);
    let other = prop_oneof![
        stretch().prop_map(|(input, at, length)| {
            let at = at.index(input.len() + 1);
            input[at..(at + length).min(input.len())].to_vec()
        }),
        any::<String>().prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    (stretch(), prop::collection::vec(other, 1..4)).prop_map(|((mut input, at, length), others)| {
        let at = at.index(input.len() + 1);
        let end = (at + length).min(input.len());
        input.splice(at..end, others.concat());
        input
    })
}

#[test]
fn kept_inputs_have_the_properties_of_their_targets() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(corpus.len() > 5, "{name}");
        for input in &corpus {
            target(input);
        }
    }
}

#[test]
fn random_inputs_have_the_properties_of_their_targets() {
    for (name, target) in TARGETS {
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&near(&corpus(name)), |input| {
            target(&input);
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{name}: {failure}"));
    }
}
