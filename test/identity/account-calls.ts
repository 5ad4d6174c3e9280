import { unique, type UsedServer } from "../use-server.ts";

/** Returns calls that create a user and sign one in. */
export function accountCalls(used: UsedServer) {
  const create = (user: { email?: string; username?: string; password?: string; realm?: string }) =>
    used.administrator.users.createUser({
      email: `${unique()}@example.com`,
      password: "correct horse battery",
      ...user,
    });

  const signIn = (email: string, password: string) =>
    used.as().users.signIn({ identifier: { case: "email", value: email }, password });
  return { create, signIn };
}
