import type { Client, ClientSecret } from "../../model.ts";
import type { SealedTexts } from "../../security/sealed-texts.ts";
import { hashToken } from "../../security/tokens.ts";
import { NO_SETTINGS } from "./client-settings.ts";

/**
 * The version of a secret that another server made. Ours begin with 1, so that a rotation replaces
 * it by one of ours.
 */
export const foreignSecret = 0;

/** Makes a client of another server; the time is that of its coming here. */
export const foreignClient = (
  now: number,
  given: Partial<Client> & Pick<Client, "id" | "name">,
): Client => ({
  public: false,
  grantTypes: ["authorization_code", "refresh_token"],
  scopes: [],
  redirectUris: [],
  apis: [],
  allowedOrigins: [],
  pkceOptional: false,
  settings: NO_SETTINGS,
  secretVersion: foreignSecret,
  createdAt: now,
  updatedAt: now,
  ...given,
});

/** Secrets of clients that another server made. An API may show them again, so they are sealed. */
export class ForeignSecrets {
  readonly #sealedTexts: SealedTexts;

  constructor(sealedTexts: SealedTexts) {
    this.#sealedTexts = sealedTexts;
  }

  /** Returns the form in which a secret is stored. */
  of(clientId: string, secret: string, createdAt: number): ClientSecret {
    const sealed = this.#sealedTexts.seal(placeOf(clientId), secret);
    return { clientId, version: foreignSecret, hash: hashToken(secret), createdAt, sealed };
  }

  /** Returns the secret in clear; undefined when only its hash is known. */
  open({ clientId, sealed }: ClientSecret): string | undefined {
    return sealed === undefined ? undefined : this.#sealedTexts.open(placeOf(clientId), sealed);
  }
}

const placeOf = (clientId: string): string => `client_secrets/${clientId}`;
