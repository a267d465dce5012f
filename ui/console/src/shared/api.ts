/**
 * The backend's HTTP API, and the only place that calls `fetch`. Every error becomes an ApiError with the
 * backend's own code; a lost connection is one too, so that a screen has one kind of failure to show.
 */
import type {
  Alert,
  DeviceSummary,
  Evidence,
  InspectionDetail,
  Invitation,
  InvitationSummary,
  MemberKey,
  ObservationDetail,
  ObservationPage,
  Session,
  Vocabulary,
} from "@baken/bindings";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly fields: readonly string[] = [],
  ) {
    super(code);
  }
}

type Problem = { code?: string; errors?: { field: string }[] };

export class Api {
  #csrfToken = "";

  constructor(readonly onSignedOut: () => void) {}

  async signIn(login: string, password: string): Promise<Session> {
    return this.#remember(await this.#json<Session>("POST", "/v1/sessions", { login, password }));
  }

  async session(): Promise<Session | null> {
    try {
      return this.#remember(await this.#json<Session>("GET", "/v1/sessions/current"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  }

  async signOut(): Promise<void> {
    await this.#send("DELETE", "/v1/sessions/current");
    this.#csrfToken = "";
  }

  memberKey = () => this.#json<MemberKey>("GET", "/v1/member-key");
  vocabulary = () => this.#json<Vocabulary>("GET", "/v1/vocabulary");
  observations = (query: string) => this.#json<ObservationPage>("GET", `/v1/observations?${query}`);
  observation = (id: string) => this.#json<ObservationDetail>("GET", `/v1/observations/${id}`);
  inspection = (id: string) => this.#json<InspectionDetail>("GET", `/v1/inspections/${id}`);
  evidence = (operation: string) => this.#json<Evidence>("GET", `/v1/operations/${operation}/evidence`);
  sealed = (operation: string) => this.#bytes(`/v1/operations/${operation}/sealed`);
  attachment = (sha256: string) => this.#bytes(`/v1/attachments/${sha256}/content`);

  devices = async () => (await this.#json<{ devices: DeviceSummary[] }>("GET", "/v1/devices")).devices;
  revoke = (device: string, reason: string) =>
    this.#json<DeviceSummary>("POST", `/v1/devices/${device}/revocation`, { reason });
  invitations = async () =>
    (await this.#json<{ invitations: InvitationSummary[] }>("GET", "/v1/invitations")).invitations;
  invite = (label: string, organisation: string) =>
    this.#json<Invitation>("POST", "/v1/invitations", { label, organisation });
  withdraw = async (id: string): Promise<void> => {
    await this.#send("DELETE", `/v1/invitations/${id}`);
  };
  alerts = async () => (await this.#json<{ alerts: Alert[] }>("GET", "/v1/alerts")).alerts;

  #remember(session: Session): Session {
    this.#csrfToken = session.csrfToken;
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

  async #send(method: string, path: string, body?: object): Promise<Response> {
    const headers = new Headers({ accept: "application/json" });
    if (body) headers.set("content-type", "application/json");
    if (method !== "GET" && this.#csrfToken) headers.set("x-csrf-token", this.#csrfToken);
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
    if (code === "not-signed-in" && path !== "/v1/sessions/current") this.onSignedOut();
    throw new ApiError(
      response.status,
      code,
      (problem.errors ?? []).map((error) => error.field),
    );
  }
}

export const apiError = (reason: unknown): ApiError =>
  reason instanceof ApiError ? reason : new ApiError(0, "internal");
