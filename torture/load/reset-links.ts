// One link for a new password, used by many at once.
import { setTimeout as delay } from "node:timers/promises";
import { read } from "../../test/email/mailbox.ts";
import { type MailServer, startMailServer } from "../../test/email/mail-server.ts";
import { Agent } from "../../test/web/agent.ts";
import type { Fleet } from "./fleet.ts";

/** How long an e-mail may take, in milliseconds. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 200;
/** What a browser is shown when the link did it, and when it was used already. */
const [DONE, USED] = [303, 410];
/** What it is shown when the server has too much to do. */
const OVERLOADED: readonly number[] = [429, 503];

/** A mail server, and what a process needs to send by it. */
export async function openMail() {
  const mail = await startMailServer();
  const environment = { SMTP_URL: `smtp://127.0.0.1:${mail.port}`, MAIL_FROM: "id@example.com" };
  return { mail, environment };
}

async function tokenFor({ mails }: MailServer, address: string): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = mails.find(({ to }) => to.includes(address));
    if (found !== undefined) return new URL(read(found.source).link).searchParams.get("token")!;
    if (Date.now() > end) throw new Error("no e-mail has come");
    await delay(PAUSE_MS);
  }
}

/** Sends the form of a link, again while the server has too much to do; returns the status. */
async function send(agent: Agent, fields: { token: string; password: string }): Promise<number> {
  // The page that says so has no form.
  const form = { form_token: agent.hidden("form_token"), ...fields };
  for (;;) {
    const { status } = await agent.post("/reset-password", form);
    if (!OVERLOADED.includes(status)) return status;
    await delay(PAUSE_MS);
  }
}

/** Sends a user a link, lets many use it at once, and returns how many set a password by it. */
export async function resetsByOneLink(
  fleet: Fleet,
  mail: MailServer,
  times: number,
): Promise<{ readonly done: number; readonly other: number }> {
  const { id, email } = await fleet.newUser();
  await fleet.administrator.users.sendPasswordReset({ userId: id });
  const token = await tokenFor(mail, email);
  const agents = await Promise.all(
    Array.from({ length: times }, async () => {
      const agent = new Agent(fleet.url());
      await agent.get(`/reset-password?token=${token}`);
      return agent;
    }),
  );
  const statuses = await Promise.all(
    agents.map((agent, index) => send(agent, { token, password: `password number ${index}` })),
  );
  const done = statuses.filter((status) => status === DONE).length;
  return { done, other: times - done - statuses.filter((status) => status === USED).length };
}
