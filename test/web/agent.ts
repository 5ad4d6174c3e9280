// A browser without a window: keeps cookies, sends the forms that it is shown.

/** One browser's requests. */
export class Agent {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();
  /** The last page that was shown. */
  page = "";

  constructor(origin: string) {
    this.#origin = origin;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  set cookie(header: string) {
    this.#cookies.clear();
    for (const [, name, value] of header.matchAll(/([^=; ]+)=([^;]*)/g))
      this.#cookies.set(name!, value!);
  }

  /** Goes to a page; redirects are not followed. */
  get(target: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(target, { headers: { accept: "text/html", ...headers } });
  }

  /** Sends a form with the hidden values of the last page that are not given. */
  post(
    target: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const body = new URLSearchParams({ form_token: this.hidden("form_token"), ...fields });
    return this.#send(target, {
      method: "POST",
      body,
      headers: { accept: "text/html", "sec-fetch-site": "same-origin", ...headers },
    });
  }

  /** Sends a form of another site: without the session, because the cookie is SameSite=Lax. */
  async postFromElsewhere(target: string, body: URLSearchParams): Promise<Response> {
    const kept = this.cookie;
    this.#cookies.clear();
    const response = await this.#send(target, {
      method: "POST",
      body,
      headers: { accept: "text/html", "sec-fetch-site": "cross-site" },
    });
    if (this.#cookies.size === 0) this.cookie = kept;
    return response;
  }

  /** The hidden value on the last page; empty when there is none. */
  hidden(name: string): string {
    return new RegExp(`name="${name}" value="([^"]*)"`).exec(this.page)?.[1] ?? "";
  }

  /** Signs in by the page; `request` goes on with a flow. */
  async signIn(
    { email, password }: { email: string; password: string },
    request = "",
  ): Promise<Response> {
    await this.get(request === "" ? "/sign-in" : `/continue?request=${request}`);
    return this.post("/sign-in", { identifier: email, password, request });
  }

  async #send(
    target: string,
    init: Omit<RequestInit, "headers"> & { headers: Record<string, string> },
  ): Promise<Response> {
    // Its origin may have a path, under which the server's paths are.
    const url = target.startsWith("/") ? this.#origin + target : new URL(target, this.#origin);
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { cookie: this.cookie, ...init.headers },
    });
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header)!;
      this.#cookies.set(name!, value!);
    }
    this.page = await response.clone().text();
    return response;
  }
}
