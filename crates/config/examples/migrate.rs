//! Makes the tables of the database that the settings name, and ends: a step of a deployment, for a role that may make
//! tables. `PASSKEYS_DATABASE=postgres://owner@db/site cargo run -p ceremony-config --features postgres --example migrate`

use ceremony_config::Settings;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = Settings::from_env()?.database().await?;
    database.migrate().await?;
    let found = database.versions().await?.found;
    println!("the database has migration {found}");
    database.close().await;
    Ok(())
}
