// A user changes the own address by a call, which doesn't reveal whether it is taken.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { reason, refusalOf } from "../clients/refusal.ts";
import { lettersIn, letterTo } from "../email/mailbox.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { DAY, movableClock } from "./clock.ts";

const clock = movableClock();
const used = useServer({ clock });

/** Why a call is refused; empty when it isn't. */
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "",
    (error: unknown) => refusalOf(error).reason,
  );
const newAddress = (): string => `${unique()}@example.com`;

/** Asks as a program that knows no more than HTTP; returns all that it receives. */
async function patch(user: SignedIn, body: Record<string, unknown>): Promise<string> {
  const headers = { authorization: `Bearer ${user.token}`, "content-type": "application/json" };
  const mask = Object.keys(body).join();
  const response = await fetch(`${used.url}/v1/users/me?updateMask=${mask}`, {
    method: "PATCH",
    headers,
    body: JSON.stringify(body),
  });
  return `${response.status} ${await response.text()}`;
}

test(
  "a taken address and a free one have one answer, with a free name, a taken one, a " +
    "wrong one and none",
  async () => {
    const owner = await used.signUp();
    let compared = 0;
    for (const username of [undefined, unique(), owner.username, "a@b"]) {
      const told = [];
      for (const email of [owner.email.toUpperCase(), newAddress()]) {
        const user = await used.signUp({ username: `asker ${unique()}` });
        const answer = await patch(user, { ...(username !== undefined && { username }), email });
        told.push(
          answer
            .replaceAll(user.id, "ID")
            .replaceAll(user.email, "OWN")
            .replaceAll(user.username, "NAME")
            .replaceAll(/"[^"]*Time":"[^"]*"/g, ""),
        );
        // A name that was free is free for the second one too.
        if (answer.startsWith("200") && username !== undefined)
          expect(await patch(user, { username: user.username })).toContain("200");
      }
      expect(told[0]).toBe(told[1]);
      expect(told[0]).toContain(
        username === owner.username
          ? "USERNAME_TAKEN"
          : username === "a@b"
            ? "USERNAME_INVALID"
            : '"email":"OWN"',
      );
      compared++;
    }
    expect(compared).toBe(4);
  },
);

test("the address changes when the link is followed, and is proven by it", async () => {
  const user = await used.signUp();
  const before = (await user.users.getUser({ userId: "me" })).user!;
  const email = newAddress();
  const { user: answered } = await user.users.updateUser({
    user: { email },
    updateMask: { paths: ["email"] },
  });
  expect(answered).toEqual(before);
  const { link, subject } = await letterTo(used.server.mailFolder, email);
  expect(subject).toBe("Confirm your new e-mail address");
  expect((await user.users.getUser({ userId: "me" })).user).toEqual(before);
  const agent = new Agent(used.url);
  await agent.get(new URL(link).pathname + new URL(link).search);
  expect(
    (await agent.post("/verify-email", { token: agent.hidden("token"), password: user.password }))
      .status,
  ).toBe(303);
  expect((await used.administrator.users.getUser({ userId: user.id })).user).toMatchObject({
    email,
    emailVerified: true,
  });
  expect(await letterTo(used.server.mailFolder, user.email)).toMatchObject({
    subject: "Your e-mail address was changed",
  });
});

test("the name is changed at once, also when the address is another user's", async () => {
  const [user, owner] = [await used.signUp(), await used.signUp()];
  const username = unique();
  const { user: answered } = await user.users.updateUser({
    user: { username, email: owner.email },
  });
  expect(answered).toMatchObject({ username, email: user.email });
  expect(timestampMs(answered!.updateTime!)).toBeGreaterThanOrEqual(
    timestampMs(answered!.createTime!),
  );
  expect(await letterTo(used.server.mailFolder, owner.email)).toMatchObject({
    subject: "You already have an account",
  });
});

test("a refused name sends no letter", async () => {
  const [user, owner] = [await used.signUp(), await used.signUp()];
  const email = newAddress();
  expect(await reason(user.users.updateUser({ user: { username: owner.username, email } }))).toBe(
    "USERNAME_TAKEN",
  );
  expect(await reason(user.users.updateUser({ user: { developer: true, email } }))).toBe(
    "PERMISSION_DENIED",
  );
  expect(await reason(user.users.updateUser({ user: { email: "no address" } }))).toBe(
    "EMAIL_INVALID",
  );
  await user.users.updateUser({ user: { email: newAddress() } });
  expect((await lettersIn(used.server.mailFolder)).filter(({ to }) => to === email)).toEqual([]);
});

test("the address that the user has already causes nothing", async () => {
  const user = await used.signUp();
  await user.users.updateUser({ user: { id: "me", username: user.username, email: user.email } });
  const { user: answered } = await user.users.updateUser({
    user: { email: user.email.toUpperCase() },
  });
  expect(answered).toMatchObject({ email: user.email });
  expect(await outcome(user.users.getUser({ userId: "me" }))).toBe("");
  expect(
    (await lettersIn(used.server.mailFolder)).filter(({ to }) => to.toLowerCase() === user.email),
  ).toEqual([]);
});

test("each user and each address has five requests in 15 minutes", async () => {
  const one = await used.signUp();
  const told = [];
  for (let time = 0; time < 6; time++)
    told.push(await outcome(one.users.updateUser({ user: { email: newAddress() } })));
  expect(told).toEqual([...Array<string>(5).fill(""), "RATE_LIMITED"]);
  const email = newAddress();
  const others = [];
  for (let time = 0; time < 6; time++)
    others.push(await outcome((await used.signUp()).users.updateUser({ user: { email } })));
  expect(others).toEqual([...Array<string>(5).fill(""), "RATE_LIMITED"]);
  clock.pass(DAY);
  await used.renew();
});

test("users.write changes an address at once, and reveals that it is taken", async () => {
  const [user, owner] = [await used.signUp(), await used.signUp()];
  const email = newAddress();
  expect(
    (await used.administrator.users.updateUser({ user: { id: user.id, email } })).user,
  ).toMatchObject({ email, emailVerified: false });
  expect(
    await reason(
      used.administrator.users.updateUser({ user: { id: user.id, email: owner.email } }),
    ),
  ).toBe("EMAIL_TAKEN");
});
