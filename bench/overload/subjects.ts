// The accounts of a flood, and other people at other addresses of loopback, which is Linux's.
import { PASSWORD, postJson, unique } from "../contenders/contender.ts";
import { openHttp1 } from "../measure/http1.ts";
import { signIn } from "./floods.ts";

const OWN_ACCOUNTS = 8;
const OTHERS = 8;

/** Who asks a server for what. */
export interface Subjects {
  readonly url: string;
  /** Returns the bytes of memory that the server has. */
  resident(): number | Promise<number>;
  /** Of the flood, and of each of the others by its address. */
  readonly accounts: readonly string[];
  readonly others: ReadonlyMap<string, string>;
  /** A user's token, for cheap calls. */
  readonly token: string;
}

/** A user, who has signed in from an address already; answers the e-mail address and a token. */
async function signUp(
  url: string,
  access: { authorization: string },
  address?: string,
): Promise<{ email: string; token: string }> {
  const email = `${unique("user")}@example.com`;
  await postJson(
    `${url}/v1/users`,
    { username: unique("name"), email, password: PASSWORD },
    access,
  );
  const connection = await openHttp1(url, address);
  const { body } = await connection.send(signIn(email, PASSWORD));
  connection.close();
  return { email, token: (JSON.parse(body.toString()) as { accessToken: string }).accessToken };
}

/** Makes the accounts; `access` is that of an administrator. */
export async function makeSubjects(
  { url, resident }: Pick<Subjects, "url" | "resident">,
  access: { authorization: string },
): Promise<Subjects> {
  const accounts = await Promise.all(
    Array.from({ length: OWN_ACCOUNTS }, () => signUp(url, access, "127.2.0.1")),
  );
  const others = await Promise.all(
    Array.from(
      { length: OTHERS },
      async (_, index) =>
        [`127.3.${index}.1`, (await signUp(url, access, `127.3.${index}.1`)).email] as const,
    ),
  );
  return {
    url,
    resident,
    accounts: accounts.map(({ email }) => email),
    others: new Map(others),
    token: accounts[0]!.token,
  };
}
