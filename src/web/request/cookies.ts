import { parse, serialize } from "hono/utils/cookie";
import type { CookieOptions } from "hono/utils/cookie";

const YEAR_S = 365 * 86_400;

/**
 * With https the cookie names have the prefix `__Host-`: only this host can set them, with https
 * and for every path (RFC 6265bis section 4.1.3.2). Browsers refuse that prefix without https.
 */
export class Cookies {
  readonly #prefix: string;
  readonly #secure: boolean;

  constructor(secure: boolean) {
    this.#secure = secure;
    this.#prefix = secure ? "__Host-" : "";
  }

  /** Returns the token of the session or of a guest; empty without a cookie. */
  credential(request: Request): string {
    return this.#read(request, "latchkey");
  }

  /** Returns the Set-Cookie header for a token; without a maximum age it ends with the browser. */
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
