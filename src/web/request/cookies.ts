import { createHash } from "node:crypto";
import { parse, serialize } from "hono/utils/cookie";
import type { CookieOptions } from "hono/utils/cookie";

const YEAR_S = 365 * 86_400;

const digest = (path: string): string =>
  createHash("sha256").update(path).digest("base64url").slice(0, 12);

/**
 * With https the cookie names have the prefix `__Host-`: only this host can set them, with https
 * and for every path (RFC 6265bis section 4.1.3.2). Browsers refuse that prefix without https.
 *
 * Under a base path the cookies are for that path, which `__Host-` forbids, so the prefix is
 * `__Secure-`. The name holds a digest of the path, because a cookie of `/` or `/a` also comes with
 * requests to `/a/b`.
 */
export class Cookies {
  readonly #prefix: string;
  readonly #suffix: string;
  readonly #path: string;
  readonly #secure: boolean;

  constructor(secure: boolean, basePath: string) {
    this.#secure = secure;
    this.#prefix = secure ? (basePath === "" ? "__Host-" : "__Secure-") : "";
    this.#suffix = basePath === "" ? "" : `-${digest(basePath)}`;
    this.#path = basePath === "" ? "/" : basePath;
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

  #nameOf(name: string): string {
    return this.#prefix + name + this.#suffix;
  }

  #read(request: Request, name: string): string {
    const header = request.headers.get("cookie");
    const full = this.#nameOf(name);
    return header === null ? "" : (parse(header, full)[full] ?? "");
  }

  #write(name: string, value: string, options: CookieOptions): string {
    return serialize(this.#nameOf(name), value, {
      path: this.#path,
      secure: this.#secure,
      httpOnly: true,
      sameSite: "Lax",
      ...options,
    });
  }
}
