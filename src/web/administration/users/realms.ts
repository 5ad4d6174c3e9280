import { DEFAULT_REALM } from "../../../domain/accounts/new-user.ts";
import { APIS, type WebDependencies } from "../../request/dependencies.ts";

/** Returns the realms that this server is configured for. */
export const configuredRealms = ({ apis }: Pick<WebDependencies, "apis">): readonly string[] => [
  ...new Set([DEFAULT_REALM, ...APIS.map((api) => apis[api].realm)]),
];
