// HTTP to the server. Owns headers, the token and what went wrong as one sentence with what to do;
// refuses to know pages. Paths and answers are typed in `wire.ts`.

export interface Refusal {
  code: string;
  message: string;
  hint?: string | null;
  details?: unknown;
}

/** Says what failed, as the server put it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    /** 0 where no answer came. */
    readonly status: number,
    readonly refusal: Refusal,
  ) {
    super(refusal.message);
  }

  get hint(): string | null {
    return this.refusal.hint ?? null;
  }

  get needsToken(): boolean {
    return this.refusal.code === "unauthenticated";
  }

  get isFeatureOff(): boolean {
    return this.refusal.code === "feature_disabled";
  }
}

export interface Keeper {
  get(): string | null;
  set(token: string | null): void;
}

export class Api {
  constructor(
    private readonly fetch: (url: string, init: RequestInit) => Promise<Response>,
    readonly token: Keeper,
  ) {}

  get<T>(path: string, query: Record<string, string | number | boolean | null | undefined> = {}, signal?: AbortSignal): Promise<T> {
    return this.call<T>("GET", withQuery(path, query), undefined, signal);
  }

  post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return this.call<T>("POST", path, body, signal);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>("PUT", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>("PATCH", path, body);
  }

  delete<T>(path: string, query: Record<string, string | number | null | undefined> = {}): Promise<T> {
    return this.call<T>("DELETE", withQuery(path, query));
  }

  private async call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const headers: Record<string, string> = { accept: "application/json" };
    const token = this.token.get();
    if (token) headers["authorization"] = `Bearer ${token}`;
    const init: RequestInit = { method, headers, ...(signal ? { signal } : {}) };
    if (body !== undefined) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    let response: Response;
    try {
      response = await this.fetch(path, init);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0, { code: "unreachable", message: "the server does not answer", hint: "is `paceline serve` still running?" });
    }
    const text = await response.text();
    if (!response.ok) throw new ApiError(response.status, refusal(response.status, text));
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}

export function withQuery(path: string, query: Record<string, string | number | boolean | null | undefined>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== null && value !== undefined && value !== "") params.set(key, String(value));
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The server's own words, in either of its two dialects; a proxy's answer by its status. */
function refusal(status: number, text: string): Refusal {
  try {
    const body = JSON.parse(text);
    if (typeof body?.error?.message === "string") return body.error;
    if (typeof body?.error === "string") return { code: body.errorType ?? "internal", message: body.error, details: body.details };
  } catch {
    // Not JSON: said by status below.
  }
  return { code: "internal", message: `the server answered ${status}` };
}
