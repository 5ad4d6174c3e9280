// Floods of passwords: what is asked, and which answers mean that a password was hashed.
import { JSON_TYPE, PASSWORD, unique } from "../contenders/contender.ts";
import type { Request } from "../measure/connection.ts";

export type Flood = "right" | "wrong" | "registrations";

/** Each by its name. */
export const FLOODS: Readonly<
  Record<
    Flood,
    { readonly worked: number; request(accounts: readonly string[], index: number): Request }
  >
> = {
  right: {
    worked: 200,
    request: (accounts, index) => signIn(accounts[index % accounts.length]!, PASSWORD),
  },
  wrong: {
    worked: 401,
    request: (accounts, index) => signIn(accounts[index % accounts.length]!, `wrong ${index}`),
  },
  registrations: {
    worked: 200,
    request: () => {
      const name = unique("flood");
      const body = new URLSearchParams({
        username: name,
        email: `${name}@example.com`,
        password: PASSWORD,
      }).toString();
      return {
        method: "POST",
        path: "/register/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body,
      };
    },
  },
};

/** A sign-in by e-mail and password. */
export const signIn = (email: string, password: string): Request => ({
  method: "POST",
  path: "/v1/sessions",
  headers: JSON_TYPE,
  body: JSON.stringify({ email, password }),
});
