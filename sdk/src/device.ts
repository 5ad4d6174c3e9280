import type { Client } from "@connectrpc/connect";
import type { OAuthService, TokenResponse } from "../gen/identity/v1/oauth_pb.js";
import { type AuthorizationDetail, detailsText } from "./details/authorization-details.ts";
import { type Limits, within, wait } from "./calls.ts";
import { isReason } from "./errors.ts";

/**
 * What a device without a browser asks for, RFC 8628.
 *
 * @example
 * ```ts
 * import type { DeviceRequest } from "@latchkey/sdk";
 *
 * const request: DeviceRequest = { scope: "profile" };
 * console.log((await latchkey.startDevice(request)).userCode.length); // 9
 * ```
 */
export interface DeviceRequest {
  /** Space-separated; everything that the client may ask for when left out. */
  readonly scope?: string | undefined;
  /** What the tokens are for: registered resources (RFC 8707). */
  readonly resource?: readonly string[] | undefined;
  /** What the tokens are limited to at resources, RFC 9396. */
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined;
}

/**
 * What a device shows to its user, and keeps until the user has answered; plain JSON.
 *
 * @example
 * ```ts
 * import type { PendingDevice } from "@latchkey/sdk";
 *
 * const text = ({ verificationUri, userCode }: PendingDevice) =>
 *   `Open ${new URL(verificationUri).pathname} and type ${userCode.replace(/\w/g, "X")}.`;
 * console.log(text(await latchkey.startDevice())); // Open /device and type XXXX-XXXX.
 * ```
 */
export interface PendingDevice {
  /** What the user types. */
  readonly userCode: string;
  /** Where the user types it. */
  readonly verificationUri: string;
  /** The same with the code in it, for a QR code. */
  readonly verificationUriComplete: string;
  /** A secret of the device. */
  readonly deviceCode: string;
  /** Seconds between two questions. */
  readonly interval: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
/** RFC 8628 section 3.5. */
const SLOWER_S = 5;

type OAuth = Client<typeof OAuthService>;

/** Asks for codes, RFC 8628 section 3.1. */
export async function startDevice(
  oauth: OAuth,
  { scope = "", resource = [], authorizationDetails: details }: DeviceRequest = {},
  options?: Limits,
): Promise<PendingDevice> {
  const now = Date.now();
  const authorizationDetails = detailsText(details);
  const asked = { scope, resource: [...resource], authorizationDetails };
  const started = await oauth.startDeviceAuthorization(asked, options);
  const { userCode, verificationUri, verificationUriComplete, deviceCode } = started;
  return {
    userCode,
    verificationUri,
    verificationUriComplete,
    deviceCode,
    interval: started.interval,
    expiresAt: now + started.expiresIn * 1000,
  };
}

/** Asks for the tokens until the user has answered or the codes have expired. */
export function pollDevice(
  oauth: OAuth,
  { deviceCode, interval, expiresAt }: PendingDevice,
  { signal }: Pick<Limits, "signal"> = {},
): Promise<TokenResponse> {
  // The server itself says that the codes have expired.
  const latest = Math.max(1, expiresAt - Date.now()) + 2 * interval * 1000;
  return within(latest, signal, async (ended) => {
    for (let pause = interval; ;) {
      await wait(pause * 1000, ended);
      try {
        return await oauth.token({ grantType: DEVICE_CODE, deviceCode }, { signal: ended });
      } catch (error) {
        if (isReason(error, "SLOW_DOWN")) pause += SLOWER_S;
        else if (!isReason(error, "AUTHORIZATION_PENDING")) throw error;
      }
    }
  });
}
