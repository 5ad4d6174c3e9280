// Calls that the predecessors answer otherwise than Latchkey, on purpose. Neither answer has a
// lasting effect, and both are documented.
import { PARTNER, PARTNER_KEY, personOf } from "../predecessors/people.ts";
import type { Urls } from "./crowd.ts";
import { type Fields, FormClient } from "./form-client.ts";
import type { Witness } from "./witness.ts";

/** A difference that the report must find as often as its call was made. */
export interface Planted {
  readonly api: keyof Urls;
  readonly route: string;
  readonly count: number;
  /** The fields that differ, and how many of that name: zimoxy's body has a `status` too. */
  readonly fields: Readonly<Record<string, number>>;
}

/** How often each call is made; each number once, so that none is taken for another. */
const COUNTS = { kokids: 3, secretpair: 2, zimoxy: 4, senler: 5 } as const;

/** What the report must find. */
export const PLANTED: readonly Planted[] = [
  {
    api: "kokids",
    route: "POST /user/login",
    count: COUNTS.kokids,
    fields: { status: 1, error: 1 },
  },
  {
    api: "secretpair",
    route: "PATCH /auth/",
    count: COUNTS.secretpair,
    fields: { status: 1, code: 1, message: 1, data: 1 },
  },
  {
    api: "zimoxy",
    route: "POST /oauth2/login",
    count: COUNTS.zimoxy,
    fields: { status: 2, msg: 1 },
  },
  {
    api: "senler",
    route: "POST /ajax/cabinet/OAuth2token",
    count: COUNTS.senler,
    fields: { error_code: 1, error_message: 1, message: 1 },
  },
];

/** Makes the calls. `active` is that of the predecessors. */
export async function plant(urls: Urls, witness: Witness, active: number): Promise<void> {
  const clients = Object.values(urls).map((url) => new FormClient(url, witness));
  const [kokids, secretpair, zimoxy, senler] = clients as [
    FormClient,
    FormClient,
    FormClient,
    FormClient,
  ];
  const headers = { authorization: PARTNER_KEY };
  const { username: login, password } = personOf("zimoxy", 0, active);
  const { clientId: client_id, clientSecret: client_secret, redirectUri } = PARTNER;
  const token = await tokenOf(secretpair, active);
  const calls: readonly (readonly [number, () => Promise<unknown>])[] = [
    [
      COUNTS.kokids,
      () => kokids.send("POST /user/login", { AccID: "a", Email: "no address", Password: "x" }),
    ],
    [
      COUNTS.secretpair,
      () =>
        secretpair.send(
          "PATCH /auth/",
          { is_developer: "1" },
          { headers: { authorization: token } },
        ),
    ],
    [
      COUNTS.zimoxy,
      () => zimoxy.send("POST /oauth2/login", { login, password, ip: "unknown" }, { headers }),
    ],
    [
      COUNTS.senler,
      () =>
        senler.send("POST /ajax/cabinet/OAuth2token", {
          client_id,
          client_secret,
          redirect_uri: redirectUri,
        }),
    ],
  ];
  for (const [count, send] of calls) for (let made = 0; made < count; made++) await send();
  for (const client of clients) client.close();
}

/** Signs a developer in, which is no difference. */
async function tokenOf(client: FormClient, active: number): Promise<string> {
  const { username, password } = personOf("secretpair", 0, active);
  const fields: Fields = { username, password };
  const { text } = await client.send("POST /login/", fields);
  return (JSON.parse(text) as { data: { token: string } }).data.token;
}
