/** The pages that come after the first one is drawn: the inbox and a record wait for none of them. */
export { default as Account } from "./account/Account.svelte";
export { default as Admissions } from "./admissions/Admissions.svelte";
export { default as Contacts } from "./contacts/Contacts.svelte";
export { default as Devices } from "./devices/Devices.svelte";
export { default as Search } from "./find/Search.svelte";
export { default as Inspections } from "./inspections/Inspections.svelte";
export { default as Members } from "./members/Members.svelte";
export { default as Planning } from "./planning/Planning.svelte";
export { default as Contact } from "./record/Contact.svelte";
export { default as Inspection } from "./record/Inspection.svelte";
export { default as NewReport } from "./reports/NewReport.svelte";
export { default as Report } from "./reports/Report.svelte";
export { default as Reports } from "./reports/Reports.svelte";
