import { LOOPBACK } from "../config/database-url.ts";
import type { DocumentFetcher, Poster } from "../domain/outbound.ts";
import { createOutbound } from "../outbound/client.ts";
import type { AppDependencies } from "./dependencies.ts";

/** Opens what requests the URLs of clients; on loopback only if the issuer is there itself. */
export const openOutbound = ({
  config,
  clock,
  issuer,
}: Pick<AppDependencies, "config" | "clock" | "issuer">): DocumentFetcher & Poster =>
  createOutbound({
    now: () => clock.now(),
    allowsLoopback: LOOPBACK.test(new URL(issuer).hostname),
    networks: config.outboundNetworks,
  });
