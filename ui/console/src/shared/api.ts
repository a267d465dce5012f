/**
 * The backend's HTTP API, and the only place that calls `fetch`. Every error becomes an ApiError with the
 * backend's own code; a lost connection is one too, so that a screen has one kind of failure to show.
 *
 * All tabs of a browser share one cookie, so the session may be another than the one this tab knows. The backend
 * tells by refusing the token; then it is asked once who is signed in.
 */
import type {
  BegunSecondFactor,
  Departing,
  SecondFactor,
  ActKind,
  Admission,
  Admissions,
  Admitted,
  Alert,
  DevicePage,
  DeviceSettings,
  DeviceSummary,
  DsseEnvelope,
  Evidence,
  FieldProblemCode,
  FoundRecords,
  FreshInvitation,
  HandlingSummary,
  ContactDetail,
  ContactPage,
  InspectionDetail,
  InspectionPage,
  Invitation,
  InvitationSummary,
  InvitedTo,
  Joined,
  Member,
  MemberKey,
  MemberList,
  NoteKind,
  ObservationDetail,
  ObservationPage,
  PlannedInspection,
  PlannedInspectionList,
  ProblemCode,
  Readers,
  ReferralAnswer,
  ReferralBody,
  ReferralGround,
  ReportDetail,
  ReportPage,
  ReportSource,
  ReportTexts,
  SealedPage,
  TeamKeyShare,
  Session,
  TaskEnd,
  TaskKind,
  TaskPage,
  SignInWays,
  Vocabulary,
} from "@baken/bindings";

/** A field the backend refused. */
export type RefusedField = { field: string; code: FieldProblemCode };

/** What the backend says went wrong, or that it was not reached. A later backend may say what is not in this list. */
export type ApiErrorCode = ProblemCode | "network";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: ApiErrorCode,
    readonly fields: readonly RefusedField[] = [],
  ) {
    super(code);
  }
}

/** What somebody does about an observation, by the backend's names. */
type Act = { act: ActKind; reason?: string; passedTo?: string; doubles?: string; report?: string };
/** What a report is about. */
export type NewReport = {
  source: ReportSource;
  level?: string;
  form: string;
  placeKind: string;
  district?: string;
  urgency: string;
  observations?: readonly { record: string; expectedActs: number }[];
};
/** With what the municipality's own sign-in sent the browser back. */
export type ProviderReturn = { state: string; code?: string; iss?: string; error?: string };
/** Where a report goes and why, or whose it is from now on; empty: nobody's. */
export type NewReportStep = { state: string; reason: string; doubles?: string } | { assignTo: string };

/** A text that was sealed by the key directory of this epoch: an age file, in base64. */
export type NewText = { epoch: number; sealed: string };
/** Something that is to be done. `assignTo`: by login; empty: nobody's yet. */
export type NewTask = { task: TaskKind; due: string; assignTo: string; text?: NewText };

/** To whom, of how many persons, and what allows it. */
export type NewReferral = { body: ReferralBody; persons: number; ground: ReferralGround; text?: NewText };

/** Who is to be a member. */
export type NewMember = {
  login: string;
  organisation: string;
  levels: readonly string[];
  roles: readonly string[];
};
/** That it is still them: the password, and a code where a second factor is on. */
export type Again = { password: string; code?: string };
type OwnKey = { recipient: string; wrappedIdentity: string };

type Problem = { code?: ProblemCode; errors?: RefusedField[] };

/** What a request found out about the session, other than what it asked for. */
export type SessionWatch = {
  /** Nobody is signed in any more. */
  ended: () => void;
  /** Another account is signed in than this tab knew of. */
  replaced: (session: Session) => void;
};

/** In whose name a refused request may be repeated: of the account this tab knows only, or of whoever is there. */
type InNameOf = "known" | "anyone";

export class Api {
  #known: Pick<Session, "login" | "csrfToken"> | null = null;

  constructor(readonly watch: SessionWatch) {}

  /** `code`: of the second factor, once it was asked for. */
  async signIn(login: string, password: string, code?: string): Promise<Session> {
    const given = { login, password, ...(code === undefined ? {} : { code }) };
    return this.#remember(await this.#json<Session>("POST", "/v1/sessions", given));
  }

  signInWays = () => this.#json<SignInWays>("GET", "/v1/sign-in");
  /** Where the browser goes to sign in by the municipality's own sign-in. */
  leaveForProvider = async () => (await this.#json<Departing>("POST", "/v1/sign-in/departures", {})).address;
  async returnFromProvider(came: ProviderReturn): Promise<Session> {
    return this.#remember(await this.#json<Session>("POST", "/v1/sign-in/returns", came));
  }
  /** The code that was asked after that. */
  async proveSecondStep(code: string): Promise<Session> {
    return this.#remember(await this.#json<Session>("POST", "/v1/sign-in/codes", { code }));
  }

  async session(): Promise<Session | null> {
    try {
      return this.#remember(await this.#json<Session>("GET", "/v1/sessions/current"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  }

  /** Ends whatever session this browser holds, be it another's: whoever presses this wants nobody signed in. */
  async signOut(): Promise<void> {
    await this.#send("DELETE", "/v1/sessions/current", undefined, "anyone");
    this.#known = null;
  }

  /** Ends every session of this account, in other browsers too. */
  async signOutEverywhere(): Promise<void> {
    await this.#send("DELETE", "/v1/sessions");
    this.#known = null;
  }

  memberKey = () => this.#json<MemberKey>("GET", "/v1/member-key");
  vocabulary = () => this.#json<Vocabulary>("GET", "/v1/vocabulary");
  observations = (query: string) => this.#json<ObservationPage>("GET", `/v1/observations?${query}`);
  observation = (operation: string) => this.#json<ObservationDetail>("GET", `/v1/observations/${operation}`);
  /** `expectedActs`: how many acts were known; where there are more, nothing is done. */
  act = (operation: string, order: Act, expectedActs: number) =>
    this.#json<HandlingSummary>("POST", `/v1/observations/${operation}/acts`, { ...order, expectedActs });
  reports = (query: string) => this.#json<ReportPage>("GET", `/v1/reports?${query}`);
  report = (name: string) => this.#json<ReportDetail>("GET", `/v1/reports/${name}`);
  makeReport = (report: NewReport) => this.#json<ReportDetail>("POST", "/v1/reports", report);
  reportStep = (name: string, step: NewReportStep, expectedSteps: number) =>
    this.#json<ReportDetail>("POST", `/v1/reports/${name}/steps`, { ...step, expectedSteps });
  /** Open tasks: one's own, or everybody's. */
  tasks = (all: boolean, cursor: string | null) =>
    this.#json<TaskPage>(
      "GET",
      `/v1/tasks?of=${all ? "all" : "me"}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    );
  planTask = (name: string, task: NewTask, expectedSteps: number) =>
    this.#json<ReportDetail>("POST", `/v1/reports/${name}/tasks`, { ...task, expectedSteps });
  endTask = (name: string, task: number, how: TaskEnd, expectedSteps: number) =>
    this.#json<ReportDetail>("POST", `/v1/reports/${name}/task-endings`, { task, how, expectedSteps });
  /** To whom is sealed, as the municipality signed it. */
  keyDirectory = () => this.#json<DsseEnvelope>("GET", "/v1/key-directory");
  reportTexts = (name: string) => this.#json<ReportTexts>("GET", `/v1/reports/${name}/texts`);
  writeNote = (name: string, note: NoteKind, text: NewText, expectedSteps: number) =>
    this.#json<ReportDetail>("POST", `/v1/reports/${name}/notes`, { note, text, expectedSteps });
  refer = (name: string, referral: NewReferral, expectedSteps: number) =>
    this.#json<ReportDetail>("POST", `/v1/reports/${name}/referrals`, { ...referral, expectedSteps });
  answerReferral = (name: string, referral: number, answer: ReferralAnswer, expectedSteps: number) =>
    this.#json<ReportDetail>("POST", `/v1/reports/${name}/referral-answers`, {
      referral,
      answer,
      expectedSteps,
    });
  readersOfReport = (name: string) => this.#json<Readers>("GET", `/v1/reports/${name}/readers`);
  readersOfObservation = (operation: string) =>
    this.#json<Readers>("GET", `/v1/observations/${operation}/readers`);
  inspections = (query: string) => this.#json<InspectionPage>("GET", `/v1/inspections?${query}`);
  contacts = (query: string) => this.#json<ContactPage>("GET", `/v1/contacts?${query}`);
  contact = (operation: string) => this.#json<ContactDetail>("GET", `/v1/contacts/${operation}`);
  inspection = (operation: string) => this.#json<InspectionDetail>("GET", `/v1/inspections/${operation}`);
  evidence = (operation: string) => this.#json<Evidence>("GET", `/v1/operations/${operation}/evidence`);
  sealed = (operation: string) => this.#bytes(`/v1/operations/${operation}/sealed`);
  attachment = (sha256: string) => this.#bytes(`/v1/attachments/${sha256}/content`);

  /** What is searched here, by the page. What is looked for is not said. */
  sealedParts = (cursor: string | null) =>
    this.#json<SealedPage>("GET", `/v1/sealed-parts${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`);
  recordsNumbered = async (number: string) =>
    (await this.#json<FoundRecords>("GET", `/v1/records?number=${encodeURIComponent(number)}`)).records;

  devices = (query: string) => this.#json<DevicePage>("GET", `/v1/devices?${query}`);
  revoke = (device: string, reason: string) =>
    this.#json<DeviceSummary>("POST", `/v1/devices/${device}/revocation`, { reason });
  orderWipe = (device: string, reason: string) =>
    this.#json<DeviceSummary>("POST", `/v1/devices/${device}/wipe-order`, { reason });
  invitations = async () =>
    (await this.#json<{ invitations: InvitationSummary[] }>("GET", "/v1/invitations")).invitations;
  invite = (label: string, organisation: string) =>
    this.#json<Invitation>("POST", "/v1/invitations", { label, organisation });
  withdraw = async (id: string): Promise<void> => {
    await this.#send("DELETE", `/v1/invitations/${id}`);
  };
  replaceMemberKey = async (again: Again, key: OwnKey): Promise<void> => {
    await this.#send("PUT", "/v1/member-key", { ...again, ...key });
  };
  replacePassword = async (again: Again, newPassword: string): Promise<void> => {
    await this.#send("PUT", "/v1/password", { ...again, newPassword });
  };
  /** For whoever has the code of an invitation; nobody is signed in. */
  invitedTo = (code: string) => this.#json<InvitedTo>("POST", "/v1/joinings/readings", { code });
  join = (code: string, password: string, key: OwnKey) =>
    this.#json<Joined>("POST", "/v1/joinings", { code, password, ...key });
  inviteMember = (member: NewMember) => this.#json<FreshInvitation>("POST", "/v1/member-invitations", member);
  withdrawMemberInvitation = async (login: string): Promise<void> => {
    await this.#send("DELETE", `/v1/member-invitations/${login}`);
  };
  admissions = async (): Promise<Admission[]> =>
    (await this.#json<Admissions>("GET", "/v1/admissions")).waiting;
  admit = (again: Again, login: string, recipient: string, teamKeys: readonly TeamKeyShare[]) =>
    this.#json<Admitted>("PUT", `/v1/admissions/${login}`, { ...again, recipient, teamKeys });
  members = () => this.#json<MemberList>("GET", "/v1/members");
  giveRoles = (login: string, roles: readonly string[]) =>
    this.#json<Member>("PUT", `/v1/members/${login}/roles`, { roles });
  endAccount = (login: string) => this.#json<Member>("DELETE", `/v1/members/${login}`);
  endSessions = async (login: string): Promise<void> => {
    await this.#send("DELETE", `/v1/members/${login}/sessions`);
  };
  endSecondFactorOf = async (login: string): Promise<void> => {
    await this.#send("DELETE", `/v1/members/${login}/second-factor`);
  };
  planned = () => this.#json<PlannedInspectionList>("GET", "/v1/planned-inspections");
  /** All of them, made from the list with this version. */
  plan = (expectedVersion: number, inspections: readonly PlannedInspection[]) =>
    this.#json<PlannedInspectionList>("PUT", "/v1/planned-inspections", { expectedVersion, inspections });
  deviceSettings = () => this.#json<DeviceSettings>("GET", "/v1/device-settings");
  setDevices = ({ version, ...settings }: DeviceSettings) =>
    this.#json<DeviceSettings>("PUT", "/v1/device-settings", { expectedVersion: version, ...settings });
  secondFactor = () => this.#json<SecondFactor>("GET", "/v1/second-factor");
  beginSecondFactor = (password: string) =>
    this.#json<BegunSecondFactor>("POST", "/v1/second-factor", { password });
  confirmSecondFactor = (code: string) => this.#json<SecondFactor>("PUT", "/v1/second-factor", { code });
  endSecondFactor = (password: string, code: string) =>
    this.#json<SecondFactor>("POST", "/v1/second-factor/endings", { password, code });
  alerts = async () => (await this.#json<{ alerts: Alert[] }>("GET", "/v1/alerts")).alerts;

  #remember(session: Session): Session {
    this.#known = session;
    return session;
  }

  async #json<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#send(method, path, body);
    return (await response.json()) as T;
  }

  async #bytes(path: string): Promise<Uint8Array> {
    const response = await this.#send("GET", path);
    return new Uint8Array(await response.arrayBuffer());
  }

  async #send(method: string, path: string, body?: object, as: InNameOf = "known"): Promise<Response> {
    try {
      return await this.#sendOnce(method, path, body);
    } catch (reason) {
      if (!(reason instanceof ApiError) || reason.code !== "csrf") throw reason;
      await this.#renew(reason, as);
      return this.#sendOnce(method, path, body);
    }
  }

  /** Takes over the token of the session there is now; throws where the request may not be repeated. */
  async #renew(refusal: ApiError, as: InNameOf): Promise<void> {
    const before = this.#known?.login;
    const session = await this.session();
    if (session === null) {
      if (as === "known") this.watch.ended();
      throw new ApiError(401, "not-signed-in");
    }
    if (as === "anyone" || session.login === before) return;
    this.watch.replaced(session);
    throw refusal;
  }

  async #sendOnce(method: string, path: string, body?: object): Promise<Response> {
    const headers = new Headers({ accept: "application/json" });
    if (body) headers.set("content-type", "application/json");
    if (method !== "GET" && this.#known) headers.set("x-csrf-token", this.#known.csrfToken);
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    } catch {
      throw new ApiError(0, "network");
    }
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as Problem;
    const code = problem.code ?? "internal";
    if (code === "not-signed-in" && path !== "/v1/sessions/current") this.watch.ended();
    throw new ApiError(response.status, code, problem.errors ?? []);
  }
}

export const apiError = (reason: unknown): ApiError =>
  reason instanceof ApiError ? reason : new ApiError(0, "internal");
