import type { MessageInitShape } from "@bufbuild/protobuf";
import type * as device from "../../../../gen/identity/v1/device_pb.ts";
import type { StartedDevice } from "../../../domain/oauth/device/device-authorizations.ts";

/** Converts to RFC 8628 section 3.2. */
export const toStartedDevice = ({
  deviceCode,
  userCode,
  verificationUri,
  lifetimeMs,
  intervalMs,
}: StartedDevice): MessageInitShape<typeof device.StartDeviceAuthorizationResponseSchema> => ({
  deviceCode,
  userCode,
  verificationUri,
  verificationUriComplete: `${verificationUri}?${new URLSearchParams({ user_code: userCode })}`,
  expiresIn: Math.floor(lifetimeMs / 1000),
  interval: Math.floor(intervalMs / 1000),
});
