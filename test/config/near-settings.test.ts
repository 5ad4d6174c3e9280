import { expect, test } from "vitest";
import { nearSettings } from "../../src/config/near-settings.ts";
import { SETTINGS } from "../../src/config/schema.ts";

const found = (...names: string[]): string[] =>
  nearSettings(Object.fromEntries(names.map((name) => [name, "a value"]))).map(
    ({ given, meant }) => `${given} ${meant}`,
  );

test.each([
  ["DATABASE_URI", "DATABASE_URL"],
  ["DATABSE_URL", "DATABASE_URL"],
  ["database_url", "DATABASE_URL"],
  ["DB_URL", "DATABASE_URL"],
  ["LATCHKEY_DATABASE_URL", "DATABASE_URL"],
  ["LATCHKEY_PORT", "PORT"],
  ["LATCHKEY_HOST", "HOST"],
  ["APP_PORT", "PORT"],
  ["LATCHKEY_SMTP_URI", "SMTP_URL"],
  ["SMTP_URI", "SMTP_URL"],
  ["SMTP_HOST", "SMTP_URL"],
  ["MAIL_FORM", "MAIL_FROM"],
  ["LATCHKEY_SECERT", "LATCHKEY_SECRET"],
  ["LATCHKEY_SECRET_", "LATCHKEY_SECRET"],
  ["LOGLEVEL", "LOG_LEVEL"],
  ["WORKER", "WORKERS"],
  ["TRUSTED_PROXY", "TRUSTED_PROXIES"],
  ["METRIC_PORT", "METRICS_PORT"],
  ["KOKIDS_ORIGIN", "KOKIDS_ORIGINS"],
  ["TLS-CERT", "TLS_CERT"],
])("%s is nearly %s", (given, meant) => {
  expect(found(given)).toEqual([`${given} ${meant}`]);
});

test("settings, and variables of systems, tools and other programs are not", () => {
  expect(found(...Object.keys(SETTINGS))).toEqual([]);
  expect(
    found(
      "HOME",
      "HOSTNAME",
      "USER",
      "PATH",
      "MAIL",
      "TERM",
      "TZ",
      "CI",
      "PORTS",
      "HOSTS",
      "port",
      "NODE_ENV",
      "npm_config_port",
      "npm_lifecycle_event",
      "OTEL_EXPORTER_OTLP_HEADERS",
      "KUBERNETES_PORT",
      "KUBERNETES_SERVICE_HOST",
      "SSL_CERT_FILE",
      "HTTP_PROXY",
      "no_proxy",
      "STATE_DIRECTORY",
      "LOGS_DIRECTORY",
      "CREDENTIALS_DIRECTORY",
      "LATCHKEY_URL",
      "DATABASE_PASSWORD",
      "LATCHKEY_SUBNET",
      "LATCHKEY_GATEWAY",
      "X".repeat(10_000),
    ),
  ).toEqual([]);
  expect(nearSettings({ DATABASE_URI: " " })).toEqual([]);
  expect(nearSettings()).toEqual([]);
});
