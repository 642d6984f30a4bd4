//! Who administers: one account, whose password is made here and shown once.

use crate::idp::{error::Error, state::Idp, store::administrators};

/// The administrator's name.
pub const NAME: &str = "admin";
/// Characters in a password that is made: about 119 bits.
const LENGTH: usize = 20;

/// A password that can be read this one time.
#[derive(Clone, Debug)]
pub struct NewPassword {
    pub name: &'static str,
    pub password: String,
    /// The console's address.
    pub url: String,
}

impl Idp {
    /// Makes the console's administrator on the first start.
    ///
    /// # Errors
    /// When the password cannot be hashed or stored.
    pub async fn first_administrator(&self) -> Result<Option<NewPassword>, Error> {
        if administrators::any_exist(&mut self.database.read().await?).await? {
            return Ok(None);
        }
        let (password, hash) = self.new_password().await?;
        let mut tx = self.database.write().await?;
        // Another process may have been quicker.
        let made = administrators::insert(&mut tx, NAME, &hash, self.now()).await?;
        tx.commit().await?;
        Ok(made.then(|| self.announce(password)))
    }

    /// Gives the console's administrator a new password and ends their sessions.
    ///
    /// # Errors
    /// As for [`Idp::first_administrator`].
    pub async fn reset_administrator(&self) -> Result<NewPassword, Error> {
        let (password, hash) = self.new_password().await?;
        let mut tx = self.database.write().await?;
        if !administrators::insert(&mut tx, NAME, &hash, self.now()).await? {
            administrators::set_password(&mut tx, NAME, &hash).await?;
        }
        tx.commit().await?;
        Ok(self.announce(password))
    }

    async fn new_password(&self) -> Result<(String, String), Error> {
        let password = self.random.alphanumeric(LENGTH);
        let hash = self.passwords.hash(&password, &self.random).await?;
        Ok((password, hash))
    }

    fn announce(&self, password: String) -> NewPassword {
        NewPassword { name: NAME, password, url: self.address("console") }
    }
}
