// The guest book on a port of its own, with the domain, the steps and the transcoder as they are.
// It owns what app.ts does for the other documented APIs, and must not know what the guest book is.
import { Authentication } from "../../src/domain/sessions/authentication.ts";
import { systemClock as clock } from "../../src/domain/clock.ts";
import { Access } from "../../src/domain/oauth/tokens/access-tokens.ts";
import { ClientAuthentication } from "../../src/domain/oauth/clients/client-authentication.ts";
import { PageTokens } from "../../src/domain/security/signed-values.ts";
import { noMailer } from "../../src/domain/email/mailer.ts";
import { PasswordHasher } from "../../src/domain/passwords/hasher.ts";
import { Registrations } from "../../src/domain/accounts/registrations.ts";
import { deriveKey } from "../../src/domain/security/secrets.ts";
import { Sessions } from "../../src/domain/sessions/sessions.ts";
import { PasswordCheck } from "../../src/domain/sign-in/password-check.ts";
import { SignIn } from "../../src/domain/sign-in/sign-in.ts";
import type { Store } from "../../src/domain/store.ts";
import { defaultLimits } from "../../src/domain/security/sign-in-counters.ts";
import { SignInRateLimiter } from "../../src/domain/security/sign-in-rate-limiter.ts";
import { Users } from "../../src/domain/accounts/users.ts";
import { listen, type Listener } from "../../src/http/server/listen.ts";
import { createTranscoder } from "../../src/http/transcoding/transcoder.ts";
import { authenticate } from "../../src/rpc/middleware/authenticate.ts";
import { authorize } from "../../src/rpc/middleware/authorize.ts";
import { type ServiceBinding, createRun } from "../../src/rpc/call.ts";
import { deadline } from "../../src/rpc/middleware/deadline.ts";
import { ERROR_DOMAIN, errors } from "../../src/rpc/errors.ts";
import { createValidate } from "../../src/rpc/middleware/validate.ts";
import type { GuestbookParts } from "./guestbook.ts";

/** Listens on a free port. */
export async function serveApi(
  store: Store,
  api: (parts: GuestbookParts) => ServiceBinding,
): Promise<Listener> {
  const hasher = await PasswordHasher.create(1);
  const pageTokens = new PageTokens(deriveKey("a secret that only this test has", "page-token"));
  const users = new Users({ store, clock, hasher, pageTokens, mailer: noMailer });
  const registrations = new Registrations({ store, clock, hasher, users, tries: 100 });
  const rateLimiter = new SignInRateLimiter({ store, clock, limits: defaultLimits });
  const passwordCheck = new PasswordCheck({ store, clock, hasher, rateLimiter });
  const signIn = new SignIn({ store, clock, passwordCheck });
  const sessions = new Sessions({ store, clock, signIn, pageTokens });
  const authentication = new Authentication(
    sessions,
    new Access(store, clock, sessions, new ClientAuthentication(store, clock), pageTokens),
  );
  const binding = api({ registrations, sessions, authentication });
  const now = (): number => clock.now();
  const steps = [
    errors((_, fault) => void process.stderr.write(`${String(fault)}\n`)),
    deadline,
    authenticate(authentication),
    authorize,
    createValidate(binding.endpoints),
  ];
  const invoke = createRun([binding], steps, now);
  return listen({
    host: "127.0.0.1",
    port: 0,
    handler: createTranscoder({
      services: [binding.service],
      invoke,
      now,
      errorDomain: ERROR_DOMAIN,
    }),
  });
}
