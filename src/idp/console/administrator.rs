//! The administrator's account. The program generates its password and shows it once.

use crate::idp::{error::Error, state::Idp, store::administrators};

pub const NAME: &str = "admin";
/// Number of characters in a generated password: about 119 bits of entropy.
const LENGTH: usize = 20;

/// A newly generated password. Only its hash is stored.
#[derive(Clone, Debug)]
pub struct NewPassword {
    pub name: &'static str,
    pub password: String,
    /// Address of the console.
    pub url: String,
}

impl Idp {
    /// Creates the administrator on the first start and returns the password; `None` if the administrator exists.
    pub async fn first_administrator(&self) -> Result<Option<NewPassword>, Error> {
        if administrators::any_exist(&mut self.database.read().await?).await? {
            return Ok(None);
        }
        let (password, hash) = self.new_password().await?;
        let mut tx = self.database.write().await?;
        // Another process may have created the administrator since the check.
        let made = administrators::insert(&mut tx, NAME, &hash, self.now()).await?;
        tx.commit().await?;
        Ok(made.then(|| self.announce(password)))
    }

    /// Generates a new password for the administrator and ends the administrator's sessions.
    pub async fn reset_administrator(&self) -> Result<NewPassword, Error> {
        let (password, hash) = self.new_password().await?;
        let mut tx = self.database.write().await?;
        if !administrators::insert(&mut tx, NAME, &hash, self.now()).await? {
            administrators::update_password(&mut tx, NAME, &hash).await?;
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
