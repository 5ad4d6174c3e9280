// The cookies of the pages: one that says who it is, one that says which language. It owns their
// names and attributes and must not know what the first one opens.
import { parse, serialize } from "hono/utils/cookie";
import type { CookieOptions } from "hono/utils/cookie";

const YEAR_S = 365 * 86_400;

/**
 * Under https the cookies have the prefix `__Host-`: only this host can have set them, under https,
 * for every path (RFC 6265bis section 4.1.3.2). Browsers refuse that prefix on plain http, where
 * nothing could keep its promise.
 */
export class Cookies {
  readonly #prefix: string;
  readonly #secure: boolean;

  constructor(secure: boolean) {
    this.#secure = secure;
    this.#prefix = secure ? "__Host-" : "";
  }

  /** The credential of the session, or of a guest; empty when there is none. */
  credential(request: Request): string {
    return this.#read(request, "latchkey");
  }

  /** The header that keeps a credential; for a guest as long as the browser runs. */
  keepCredential(value: string, maxAgeMs: number | undefined): string {
    return this.#write(
      "latchkey",
      value,
      maxAgeMs === undefined ? {} : { maxAge: Math.floor(maxAgeMs / 1000) },
    );
  }

  language(request: Request): string {
    return this.#read(request, "latchkey-language");
  }

  keepLanguage(language: string): string {
    return this.#write("latchkey-language", language, { maxAge: YEAR_S });
  }

  #read(request: Request, name: string): string {
    const header = request.headers.get("cookie");
    return header === null ? "" : (parse(header, this.#prefix + name)[this.#prefix + name] ?? "");
  }

  #write(name: string, value: string, options: CookieOptions): string {
    return serialize(this.#prefix + name, value, {
      path: "/",
      secure: this.#secure,
      httpOnly: true,
      sameSite: "Lax",
      ...options,
    });
  }
}
