import { DOCUMENTED_APIS, type DocumentedApiName } from "../../config/documented-apis.ts";
import type { AuditTrail } from "../../domain/administration/audit-trail.ts";
import type { Statistics } from "../../domain/administration/statistics/statistics.ts";
import type { OriginQueries } from "../../domain/administration/origin-queries.ts";
import type { Brands } from "../../domain/branding/brands.ts";
import type { LetterPreview } from "../../domain/branding/letter-preview.ts";
import type { AdminQueries } from "../../domain/administration/admin-queries.ts";
import type { ClientQueries } from "../../domain/administration/client-queries.ts";
import type { UserDirectory } from "../../domain/administration/user-directory.ts";
import type { AdminActions } from "../../domain/administration/admin-actions.ts";
import type { Authentication } from "../../domain/sessions/authentication.ts";
import type { Moves } from "../../domain/predecessor/reports/moves.ts";
import type { Clock } from "../../domain/clock.ts";
import type { Communities } from "../../domain/groups/communities.ts";
import type { EmailVerification } from "../../domain/accounts/email-verification.ts";
import type { Groups } from "../../domain/groups/groups.ts";
import type { InvitationLists } from "../../domain/groups/invitation-lists.ts";
import type { Invitations } from "../../domain/groups/invitations.ts";
import type { ApiRequests } from "../../domain/oauth/clients/api-requests.ts";
import type { Consents } from "../../domain/oauth/tokens/consents.ts";
import type { ClientAdministration } from "../../domain/oauth/clients/client-administration.ts";
import type { ClientUsage } from "../../domain/oauth/clients/client-usage.ts";
import type { Clients } from "../../domain/oauth/clients/clients.ts";
import type { DeviceAuthorizations } from "../../domain/oauth/device/device-authorizations.ts";
import type { LogoutRequests } from "../../domain/oauth/logout/logout-requests.ts";
import type { Resources } from "../../domain/oauth/resources/resources.ts";
import type { AuthorizationFlow } from "../../domain/oauth/authorization/flow.ts";
import type { PasswordReset } from "../../domain/accounts/password-reset.ts";
import type { PendingSignUps } from "../../domain/accounts/pending-sign-ups.ts";
import type { SignedValues } from "../../domain/security/signed-values.ts";
import type { Sessions } from "../../domain/sessions/sessions.ts";
import type { PasswordChange } from "../../domain/accounts/change-password.ts";
import type { SignUp } from "../../domain/accounts/sign-up.ts";
import type { Users } from "../../domain/accounts/users.ts";
import type { AccountDeletion } from "../../domain/accounts/account-deletion.ts";

/** A version of OpenAPI in which the API is described. */
export type OpenApiVersion = "3.1" | "3.0";

/** The names of the documented APIs. */
export const APIS = DOCUMENTED_APIS.map(({ name }) => name);
export type Api = DocumentedApiName;

export interface WebDependencies {
  readonly brands: Brands;
  readonly letterPreview: LetterPreview;
  readonly consents: Consents;
  readonly apiRequests: ApiRequests;
  readonly auditTrail: AuditTrail;
  readonly authentication: Authentication;
  readonly clientAdministration: ClientAdministration;
  readonly clientQueries: ClientQueries;
  readonly clientUsage: ClientUsage;
  readonly clients: Clients;
  readonly deviceAuthorizations: DeviceAuthorizations;
  readonly resources: Resources;
  readonly clock: Clock;
  readonly communities: Communities;
  readonly adminQueries: AdminQueries;
  readonly userDirectory: UserDirectory;
  readonly originQueries: OriginQueries;
  readonly flow: AuthorizationFlow;
  readonly logoutRequests: LogoutRequests;
  readonly emailVerification: EmailVerification;
  readonly groups: Groups;
  readonly invitations: Invitations;
  readonly invitationLists: InvitationLists;
  readonly adminActions: AdminActions;
  readonly passwordReset: PasswordReset;
  readonly pendingSignUps: PendingSignUps;
  readonly signedValues: SignedValues;
  readonly sessions: Sessions;
  readonly statistics: Statistics;
  readonly passwordChange: PasswordChange;
  readonly signUp: SignUp;
  readonly users: Users;
  readonly accountDeletion: AccountDeletion;
  /** Whether a request from this address may have a password hashed; asked before anything else. */
  readonly hasPlaceFor: (address: string) => boolean;
  /** The public URL of the server. */
  readonly issuer: string;
  /**
   * Whether the server sends e-mails. Otherwise they are files in the data directory, and the pages
   * say so.
   */
  readonly hasMailServer: boolean;
  /** The documented APIs that this server serves. */
  readonly apis: Readonly<
    Record<
      Api,
      {
        readonly enabled: boolean;
        readonly realm: string;
        /** The server that it is taken over from, if there is one. */
        readonly predecessor: object | undefined;
      }
    >
  >;
  readonly moves: Moves;
  /** Whether the server offers gRPC reflection. */
  readonly reflection: boolean;
  /** Creates the OpenAPI document as JSON; undefined if the API reference is off. */
  readonly describeApi: ((version: OpenApiVersion) => Promise<string>) | undefined;
}
