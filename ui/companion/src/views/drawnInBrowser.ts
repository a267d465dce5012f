/**
 * For the tests: screens in a document, with a device core that answers from memory. Letters go to whatever has the
 * focus, as they do from a keyboard: one that is taken away in between loses them.
 */
import type {
  AppStatus,
  Draft,
  DraftForm,
  FieldError,
  FoundPlace,
  Home,
  InspectionSummary,
  Planned,
  RecordStep,
  RecordSummary,
  ReferenceShelf,
  Vocabulary,
} from "@baken/bindings";
import { flushSync, mount, unmount } from "svelte";

import builtIn from "../../../../crates/protocol/src/vocabulary.json";
import { Companion } from "../domain/app/companion.svelte";
import { quietCore, SAVED_AT, STARTED_AT } from "../domain/app/quietCore";
import type { BrowserHistory } from "../domain/app/screenHistory";
import { readyStatus } from "../domain/lock/readyStatus";
import type { Bridge } from "../shared/bridge";
import App from "./App.svelte";
import Opened from "./Opened.svelte";
import { Rest } from "./rest.svelte";

const vocabulary = builtIn as unknown as Vocabulary;

const NONE = { finalised: 0, sending: 0, acknowledged: 0, failed: 0 };
const EMPTY_HOME: Home = {
  inspection: null,
  inspectionConfirmedAt: null,
  latestPlaceKinds: [],
  drafts: [],
  observations: NONE,
  inspections: NONE,
  contacts: NONE,
  questions: null,
  lastSyncAt: null,
  lastSyncError: null,
  organisation: "politie",
  clockAheadSeconds: null,
  keysExpired: false,
  storeDamaged: false,
  leaseEndsAt: null,
  networkLimitBytes: null,
};

export const emptyObservation: DraftForm = {
  kind: "observation",
  inspection: null,
  observedAt: STARTED_AT,
  observedTyped: null,
  place: {
    ...{ kind: "hotel", district: null, districtUnknown: false, neighbourhood: "", name: "", address: "" },
    ...{ postcode: "", berth: "", imo: "", mmsi: "", eni: "", fishingMark: "", kvk: "", bag: "" },
    coordinatesTyped: "",
    coordinates: null,
  },
  forms: [],
  indicators: [],
  basis: null,
  narrative: "",
  persons: [],
  urgency: null,
  call: null,
  actions: [],
  level: "team",
  reason: "",
  notCitizenNumbers: [],
  confirmed: [],
};

type Core = {
  status?: Partial<AppStatus>;
  form?: DraftForm;
  /** What a try to sign finds in the form as it is then. */
  refuses?: (form: DraftForm) => FieldError[];
  records?: readonly RecordSummary[];
  inspections?: InspectionSummary[];
  /** What was signed of the record that is looked at, the last first. */
  history?: readonly RecordStep[];
  /** When the content of the record that is looked at was removed. */
  purgedAt?: string;
  home?: Partial<Home>;
  /** What the municipality gave to work with. */
  shelf?: ReferenceShelf;
  planned?: readonly Planned[];
  places?: readonly FoundPlace[];
};

/** The whole app in the document, past its first screen. */
export async function app(core: Core) {
  let form = structuredClone(core.form ?? emptyObservation);
  const signed: DraftForm[] = [];
  const retracted: string[] = [];
  let amends: string | null = null;
  const draft = (): Draft => ({
    ...{ id: "1", amends, form: structuredClone(form), photos: [], spoken: [], warnings: [], unanswered: [] },
    ...{ startedAt: STARTED_AT, savedAt: STARTED_AT },
  });
  const bridge: Partial<Bridge> = {
    ...quietCore,
    status: () => Promise.resolve({ ...readyStatus, ...core.status }),
    vocabulary: () => Promise.resolve(vocabulary),
    home: () => Promise.resolve({ ...EMPTY_HOME, ...core.home }),
    records: (wanted, before, limit) => {
      const has = ({ line, title }: { line: string; title: string }) =>
        `${line} ${title}`.includes(wanted.words);
      const all = (core.records ?? []).filter(has);
      const drafts = before === null ? (core.home?.drafts ?? []).filter(has) : [];
      const begin = before === null ? 0 : all.length - before + 1;
      const end = begin + limit;
      const next = end < all.length ? all.length - end + 1 : null;
      const page = { drafts, inspections: core.inspections ?? [], total: all.length, moreThanTotal: false };
      return Promise.resolve({ ...page, records: all.slice(begin, end), next });
    },
    record: (operation) => {
      const summary = core.records?.find((record) => record.operation === operation);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
      if (!summary) return Promise.reject({ code: "not-found" });
      const purgedAt = core.purgedAt ?? null;
      const said = purgedAt === null ? form : null;
      return Promise.resolve({
        summary,
        form: said,
        photos: [],
        spoken: [],
        history: [...(core.history ?? [])],
        purgedAt,
      });
    },
    referenceShelf: () =>
      Promise.resolve(core.shelf ?? { cards: [], phones: [], issuedAt: null, old: false }),
    plannedInspections: () => Promise.resolve([...(core.planned ?? [])]),
    startPlanned: () => Promise.resolve(draft()),
    searchPlaces: (question) => {
      const known = core.places ?? [];
      const places =
        question === "" ? [] : known.filter(({ exact }) => exact.name.toLowerCase().startsWith(question));
      return Promise.resolve({ known: known.length, places: [...places], more: false, old: false });
    },
    receipt: () => Promise.resolve(null),
    inspectionOverview: () => Promise.resolve(null),
    confirmInspection: () => Promise.resolve(),
    startDraft: () => Promise.resolve(draft()),
    startAmendment: (operation) => {
      amends = operation;
      return Promise.resolve(draft());
    },
    retract: (_, reason) => {
      retracted.push(reason);
      return Promise.resolve({ operation: "o", kind: form.kind } as RecordSummary);
    },
    draft: () => Promise.resolve(draft()),
    saveDraft: (_, saved) => {
      form = saved;
      return Promise.resolve({ savedAt: SAVED_AT, warnings: [], unanswered: [] });
    },
    finalise: () => {
      const fields = core.refuses?.(form) ?? [];
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
      if (fields.length > 0) return Promise.reject({ code: "invalid", fields });
      signed.push(form);
      return Promise.resolve({ operation: "o", kind: form.kind } as RecordSummary);
    },
  };
  const companion = new Companion(bridge as Bridge, history());
  const component = mount(App, { target: document.body, props: { companion, rest: new Rest(Opened) } });
  await drawn();
  return { companion, signed, retracted, close: () => unmount(component) };
}

/** A browser's history that tells of a move at once. */
function history(): BrowserHistory {
  const entries: unknown[] = [null];
  let index = 0;
  return {
    get state() {
      return entries[index];
    },
    pushState(state) {
      entries.splice(++index, entries.length, state);
    },
    replaceState(state) {
      entries[index] = state;
    },
    go(steps) {
      index += steps;
      const event = new Event("popstate");
      Object.assign(event, { state: entries[index] });
      window.dispatchEvent(event);
    },
  };
}

/** Lets everything that was promised happen, and be drawn. */
export async function drawn(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) {
    await Promise.resolve();
    flushSync();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

export function find(testid: string): HTMLElement {
  const element = document.querySelector(`[data-testid="${testid}"]`);
  if (!(element instanceof HTMLElement)) throw new Error(`no ${testid}: ${document.body.textContent}`);
  return element;
}

export async function click(testid: string): Promise<void> {
  find(testid).click();
  await drawn();
}

/** Types into whatever has the focus at each letter; "⌫" takes the last one away. */
export async function type(keys: string): Promise<void> {
  for (const key of keys) {
    const field = document.activeElement;
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
      field.value = key === "⌫" ? field.value.slice(0, -1) : field.value + key;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    await drawn();
  }
}
