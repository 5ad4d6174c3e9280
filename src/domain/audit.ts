import type { RequestContext } from "./request-context.ts";
import { actorOf } from "./principal.ts";
import type { Clock } from "./clock.ts";
import { newId } from "./ids.ts";
import type { AuditEvent } from "./model.ts";

/** The names of all audit events. */
export const AUDIT_TYPES = [
  "user.sign_up",
  "user.create",
  "user.import",
  "user.export",
  "user.sign_in",
  "user.sign_out",
  "user.update",
  "user.change_password",
  "user.reset_password",
  "user.change_email",
  "user.verify_email",
  "mail_link.create",
  "user.lock",
  "user.unlock",
  "user.delete",
  "user.restore",
  "user.forget_failures",
  "user.grant_administration",
  "user.revoke_administration",
  "session.revoke",
  "group.create",
  "group.delete",
  "group.add_member",
  "group.remove_member",
  "group.change_role",
  "group.invite",
  "group.accept",
  "group.decline",
  "group.withdraw",
  "client.create",
  "client.register",
  "client.update",
  "client.delete",
  "client.verify",
  "client.unverify",
  "client.disable",
  "client.enable",
  "client.rotate_secret",
  "client.reveal_secret",
  "client.request_api",
  "client.give_api",
  "client.refuse_api",
  "registration_token.create",
  "grant.agree",
  "grant.revoke",
  "code.reuse",
  "refresh_token.reuse",
  "token.revoke",
  "token.exchange",
  "key.rotate",
  "predecessor.stage",
  "state.import",
  "state.undo",
  "state.export",
  "brand.update",
  "brand.delete",
  "resource.create",
  "resource.update",
  "resource.delete",
  "user.learn",
  "client.learn",
] as const;

export type AuditType = (typeof AUDIT_TYPES)[number];

/** Returns the audit event of an action, done or refused, in this call. */
export function auditEvent(
  clock: Clock,
  context: RequestContext,
  type: AuditType,
  facts: {
    readonly succeeded?: boolean;
    readonly userId?: string | undefined;
    readonly clientId?: string | undefined;
    readonly details?: Readonly<Record<string, string>>;
  },
): AuditEvent {
  return {
    id: newId(clock),
    at: clock.now(),
    type,
    succeeded: facts.succeeded ?? true,
    actor: actorOf(context.caller),
    userId: facts.userId,
    clientId:
      facts.clientId ?? (context.caller.kind === "partner" ? context.caller.clientId : undefined),
    address: context.address,
    details: facts.details ?? {},
  };
}
