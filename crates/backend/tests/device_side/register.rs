//! The register of a test on either engine, and what somebody does to it who has it in hand: SQLite's file, or, where
//! `BAKEN_TEST_DATABASE` names a PostgreSQL database (as the role that serves), a register of its own there.
//!
//! What only one engine has is asked of that one; `sqlite_only.txt` names those tests.

use std::env;
use std::fs;
use std::sync::Arc;

use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::storage::postgres::{PostgresStorage, RegisterName};
use baken_backend::storage::sqlite::SqliteStorage;
use baken_backend::storage::{Database, LEFT, Place, TABLES};
use rusqlite::Connection;
use tokio_postgres::{Config, NoTls, SimpleQueryMessage};

/// The database of the tests, if they are to run on PostgreSQL.
pub fn database() -> Option<String> {
    env::var("BAKEN_TEST_DATABASE").ok()
}

/// A name that no other register has.
pub fn fresh_name() -> String {
    data_encoding::HEXLOWER.encode(&Environment::system().random::<16>().unwrap())
}

/// A register that is open, and where it is.
#[derive(Clone)]
pub struct Register {
    pub place: Place,
    pub storage: Arc<dyn Database>,
    sqlite: Option<Arc<SqliteStorage>>,
}

impl Register {
    /// Makes one for a folder.
    pub fn make(folder: &DataFolder) -> Self {
        match database() {
            None => drop(SqliteStorage::bring_up(&folder.register()).unwrap()),
            Some(_) => fs::write(folder.register_name(), fresh_name()).unwrap(),
        }
        Self::of(folder)
    }

    /// Opens that of a folder.
    pub fn of(folder: &DataFolder) -> Self {
        let url = database().map(|url| url.parse().unwrap());
        let place = Place::of(folder, url.as_ref()).unwrap();
        match &place {
            Place::File(path) => {
                let sqlite = Arc::new(SqliteStorage::open(path).unwrap());
                Self { storage: Arc::clone(&sqlite) as _, sqlite: Some(sqlite), place }
            }
            Place::Database(url, name) => {
                let storage = Arc::new(PostgresStorage::open(url, name.clone()).unwrap());
                Self { storage, sqlite: None, place }
            }
        }
    }

    /// The file, for tests of exactly that.
    pub fn sqlite(&self) -> &SqliteStorage {
        self.sqlite.as_deref().expect("a test about SQLite's file stands in sqlite_only.txt")
    }

    /// Runs statements and answers the first column of the last one's rows, as text. No trigger, no foreign key and no
    /// other role's rights stand in the way; in a file no check either.
    pub fn ask(&self, sql: &str) -> Vec<String> {
        match &self.place {
            Place::File(path) => {
                let connection = in_hand(path);
                let mut statement = connection.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| Ok(shown(row.get_ref(0)?))).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Place::Database(_, name) => asked(name, sql).0,
        }
    }

    /// How many rows a statement changed.
    pub fn change(&self, sql: &str) -> usize {
        match &self.place {
            Place::File(path) => in_hand(path).execute(sql, []).unwrap(),
            Place::Database(_, name) => asked(name, sql).1,
        }
    }

    /// As [`Register::change`], for any number of statements.
    pub fn change_all(&self, sql: &str) {
        match &self.place {
            Place::File(path) => in_hand(path).execute_batch(sql).unwrap(),
            Place::Database(_, name) => drop(asked(name, sql)),
        }
    }

    /// From now on nothing is put into a table where this holds of it.
    pub fn fill_up(&self, table: &str, of: &str) {
        match &self.place {
            Place::File(path) => {
                let sql = format!(
                    "CREATE TRIGGER full_{table} BEFORE INSERT ON {table} WHEN {of}
                     BEGIN SELECT RAISE(ABORT, 'full'); END"
                );
                in_hand(path).execute_batch(&sql).unwrap();
            }
            Place::Database(_, name) => drop(asked(
                name,
                &format!(
                    "CREATE TRIGGER \"{name}\" BEFORE INSERT ON {table} FOR EACH ROW
                     WHEN (NEW.register = '{name}' AND {of})
                     EXECUTE FUNCTION refuse_change()"
                ),
            )),
        }
    }

    /// Undoes [`Register::fill_up`].
    pub fn make_room(&self, table: &str) {
        match &self.place {
            Place::File(path) => in_hand(path).execute_batch(&format!("DROP TRIGGER full_{table}")).unwrap(),
            Place::Database(_, name) => drop(asked(name, &format!("DROP TRIGGER \"{name}\" ON {table}"))),
        }
    }

    /// Takes away what keeps the audit log as it is. Whoever owns PostgreSQL gets past it anyway.
    pub fn unlock_audit(&self) {
        if let Place::File(path) = &self.place {
            let sql = "DROP TRIGGER audit_is_append_only; DROP TRIGGER audit_keeps_everything";
            in_hand(path).execute_batch(sql).unwrap();
        }
    }

    /// Every row of every table.
    pub fn rows(&self) -> Vec<String> {
        let Some(sqlite) = &self.sqlite else {
            let tables = TABLES.iter().map(|table| table.name).chain(LEFT);
            let rows = tables.map(|table| format!("SELECT '{table} ' || t::text FROM {table} t ORDER BY 1"));
            return self.ask(&rows.collect::<Vec<_>>().join("; "));
        };
        let mut rows = Vec::new();
        for table in self.ask("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
            let register = sqlite.connection_for_tests();
            let mut statement = register.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let of_table = statement.query_map([], |row| {
                let values: Result<Vec<rusqlite::types::Value>, _> = (0..columns).map(|it| row.get(it)).collect();
                Ok(format!("{table}: {:?}", values?))
            });
            rows.extend(of_table.unwrap().map(Result::unwrap));
        }
        rows
    }
}

/// What the first column of a row can be read as here.
pub trait Shown {
    fn of(text: &str) -> Self;
}

macro_rules! shown_numbers {
    ($($kind:ty),*) => { $(impl Shown for $kind {
        fn of(text: &str) -> Self {
            text.parse().unwrap()
        }
    })* };
}
shown_numbers!(String, u64, usize, i64);

impl Shown for Vec<u8> {
    fn of(text: &str) -> Self {
        data_encoding::HEXLOWER.decode(text.strip_prefix("\\x").unwrap().as_bytes()).unwrap()
    }
}

fn shown(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
        ValueRef::Blob(bytes) => format!("\\x{}", data_encoding::HEXLOWER.encode(bytes)),
    }
}

fn in_hand(path: &std::path::Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.pragma_update(None, "ignore_check_constraints", true).unwrap();
    connection
}

/// As the owner of the tables, whom no trigger and no foreign key binds but the row-level security does.
fn asked(name: &RegisterName, sql: &str) -> (Vec<String>, usize) {
    let sql = format!(
        "SET search_path = baken; SET session_replication_role = replica; SET baken.register = '{name}';
         SET TIME ZONE 'UTC'; SET ROLE baken_owner; {}",
        translated(sql)
    );
    as_superuser(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// As whoever may do everything, in the tests' database.
pub fn as_superuser(sql: &str) -> Result<(Vec<String>, usize), String> {
    asked_in("baken", sql)
}

/// As whoever may do everything, on a thread of its own: a test may be within a runtime.
pub fn asked_in(database_name: &str, sql: &str) -> Result<(Vec<String>, usize), String> {
    let mut config: Config = database().expect("a database").parse().unwrap();
    config.user("postgres").dbname(database_name);
    let ask = async {
        let (client, connection) = config.connect(NoTls).await.unwrap();
        let driven = tokio::spawn(connection);
        let answer = client.simple_query(sql).await;
        drop(client);
        driven.await.unwrap().unwrap();
        answer
    };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = std::thread::scope(|scope| scope.spawn(|| runtime().block_on(ask)).join().unwrap());
    let (mut rows, mut changed) = (Vec::new(), 0);
    for message in answer.map_err(|error| format!("{error:?}"))? {
        if let SimpleQueryMessage::Row(row) = message {
            rows.push(row.get(0).unwrap_or_default().to_owned());
        } else if let SimpleQueryMessage::CommandComplete(count) = message {
            changed = usize::try_from(count).unwrap();
        }
    }
    Ok((rows, changed))
}

/// What the tests say to SQLite, as PostgreSQL says it.
fn translated(sql: &str) -> String {
    let mut text =
        sql.replace("group_concat(", "string_agg(").replace("char(10)", "chr(10)").replace("x'00'", "'\\x00'");
    // A hash stands in quotes, and is no text there.
    let quoted: Vec<String> = text.split('\'').map(str::to_owned).collect();
    for part in quoted {
        if part.len() == 64 && part.bytes().all(|it| it.is_ascii_hexdigit()) {
            text = text.replace(&format!("'{part}'"), &format!("'\\x{part}'"));
        }
    }
    text
}
