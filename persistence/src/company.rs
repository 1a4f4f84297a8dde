//! Companies that invest.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::{
    company::{Company, Registration},
    id::{CompanyId, PersonId, ProjectId, ZoneId},
    text::Line,
};

use crate::{
    connection::run,
    error::StoreError,
    schema::{company, company_contact, project},
    store::Tx,
    types::Key,
};

#[derive(Queryable, Insertable)]
#[diesel(table_name = company, treat_none_as_default_value = false)]
struct CompanyRow {
    zone_id: Key,
    id: Key,
    name: String,
    registration_key: Option<String>,
    registration: Option<String>,
}

impl CompanyRow {
    fn of(zone: ZoneId, of: &Company) -> Result<Self, StoreError> {
        let registration = of.registration.as_ref();
        let written = registration.map(serde_json::to_string).transpose()?;
        Ok(Self {
            zone_id: Key(zone.0),
            id: Key(of.id.0),
            name: of.name.as_str().to_owned(),
            registration_key: registration.map(Registration::natural_key),
            registration: written,
        })
    }

    fn read(self, contacts: BTreeSet<PersonId>) -> Result<Company, StoreError> {
        let registration = self.registration.as_deref();
        Ok(Company {
            id: CompanyId(self.id.0),
            name: Line::parse(&self.name).map_err(|flaw| StoreError::Corrupt {
                what: format!("company name: {}", flaw.code()),
            })?,
            registration: registration.map(serde_json::from_str).transpose()?,
            contacts,
        })
    }
}

impl Tx {
    /// Adds a company. Its number is its own in the zone.
    pub async fn add_company(&mut self, zone: ZoneId, new: &Company) -> Result<(), StoreError> {
        let row = CompanyRow::of(zone, new)?;
        let insert = diesel::insert_into(company::table).values(&row);
        run!(self, execute, insert)?;
        self.add_contacts(zone, new).await
    }

    /// Keeps what was changed of a company.
    pub async fn save_company(&mut self, zone: ZoneId, of: &Company) -> Result<(), StoreError> {
        let row = CompanyRow::of(zone, of)?;
        let this = company::table.find((row.zone_id, row.id));
        let change = diesel::update(this).set((
            company::name.eq(row.name),
            company::registration_key.eq(row.registration_key),
            company::registration.eq(row.registration),
        ));
        if run!(self, execute, change)? != 1 {
            return Err(StoreError::Absent);
        }
        let contacts = company_contact::table
            .filter(company_contact::zone_id.eq(row.zone_id))
            .filter(company_contact::company_id.eq(row.id));
        run!(self, execute, diesel::delete(contacts))?;
        self.add_contacts(zone, of).await
    }

    async fn add_contacts(&mut self, zone: ZoneId, of: &Company) -> Result<(), StoreError> {
        for person in &of.contacts {
            let row = (
                company_contact::zone_id.eq(Key(zone.0)),
                company_contact::company_id.eq(Key(of.id.0)),
                company_contact::person_id.eq(Key(person.0)),
            );
            let insert = diesel::insert_into(company_contact::table).values(row);
            run!(self, execute, insert)?;
        }
        Ok(())
    }

    /// A company by key.
    pub async fn company(&mut self, zone: ZoneId, id: CompanyId) -> Result<Company, StoreError> {
        let query = company::table.find((Key(zone.0), Key(id.0)));
        let row: CompanyRow = run!(self, get_result, query)?;
        let query = company_contact::table
            .filter(company_contact::zone_id.eq(Key(zone.0)))
            .filter(company_contact::company_id.eq(Key(id.0)))
            .select(company_contact::person_id);
        let contacts: Vec<Key> = run!(self, load, query)?;
        row.read(contacts.into_iter().map(|key| PersonId(key.0)).collect())
    }

    /// Every company of a zone, by key.
    pub async fn companies(&mut self, zone: ZoneId) -> Result<Vec<Company>, StoreError> {
        let query = company::table
            .filter(company::zone_id.eq(Key(zone.0)))
            .order(company::id.asc());
        let rows: Vec<CompanyRow> = run!(self, load, query)?;
        let query = company_contact::table
            .filter(company_contact::zone_id.eq(Key(zone.0)))
            .select((company_contact::company_id, company_contact::person_id));
        let found: Vec<(Key, Key)> = run!(self, load, query)?;
        let mut contacts: BTreeMap<Key, BTreeSet<PersonId>> = BTreeMap::new();
        for (of, person) in found {
            contacts.entry(of).or_default().insert(PersonId(person.0));
        }
        rows.into_iter()
            .map(|row| {
                let contacts = contacts.remove(&row.id).unwrap_or_default();
                row.read(contacts)
            })
            .collect()
    }

    /// The projects in which a company invests, the earliest first.
    pub async fn projects_of_company(
        &mut self,
        zone: ZoneId,
        id: CompanyId,
    ) -> Result<Vec<(ProjectId, String)>, StoreError> {
        let query = project::table
            .filter(project::zone_id.eq(Key(zone.0)))
            .filter(project::company_id.eq(Key(id.0)))
            .order(project::code.asc())
            .select((project::id, project::code));
        let rows: Vec<(Key, String)> = run!(self, load, query)?;
        Ok(rows
            .into_iter()
            .map(|(key, code)| (ProjectId(key.0), code))
            .collect())
    }
}
