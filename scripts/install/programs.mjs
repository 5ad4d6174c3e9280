// Installs the programs that the tests and the torture program run besides Node. It owns which
// they are and how Debian installs them, and must not leave a service running.
import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { FOLDERS, run } from "./run.mjs";

const PYTHON = "/usr/bin/python3";

const DATABASES = [
  { programs: ["mariadbd"], package: "mariadb-server", name: "MariaDB 10.6 or later" },
  { files: ["/usr/lib/galera/libgalera_smm.so"], package: "galera-4", name: "Galera 4" },
  { programs: ["haproxy"], package: "haproxy", name: "HAProxy" },
];

/** Any of the programs of an entry is enough; the package has the first. */
const FOR_TESTS = [
  ...DATABASES,
  // The shell draws no window of its own: it needs 40 % of the CPU time of the whole browser.
  {
    programs: ["chromium-headless-shell", "chromium"],
    package: "chromium-headless-shell",
    name: "Chromium",
  },
  ...["requests", "jwt"].map((module) => ({
    module,
    package: `python3-${module}`,
    name: `the module ${module} of ${PYTHON}`,
  })),
];

/** It copies a server's files, watches what the server asks of the disk, and puts clocks wrong. */
const FOR_TORTURE = [
  ...DATABASES,
  { programs: ["mariadb-backup"], package: "mariadb-backup", name: "mariadb-backup" },
  { programs: ["strace"], package: "strace", name: "strace" },
  { programs: ["faketime"], package: "faketime", name: "libfaketime" },
];

/** The compilers of docs/stubs.md. Without them the tests of that page are skipped. */
const COMPILERS = [
  { programs: ["protoc"], package: "protobuf-compiler" },
  { programs: ["grpc_python_plugin"], package: "protobuf-compiler-grpc" },
  { programs: ["grpc_java_plugin"], package: "protobuf-compiler-grpc-java-plugin" },
  { programs: ["protoc-gen-go"], package: "protoc-gen-go" },
  { programs: ["protoc-gen-go-grpc"], package: "protoc-gen-go-grpc" },
  { files: ["/usr/lib/python3/dist-packages/grpc"], package: "python3-grpcio" },
];
const LOCK = "/run/latchkey-apt.lock";
const POLICY = "/usr/sbin/policy-rc.d";
const ASIDE = `${POLICY}.before-latchkey`;
const REFUSAL =
  "#!/bin/sh\n" +
  "# Put here by Latchkey while it installs packages; it may be deleted.\n" +
  "exit 101\n";

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const isInstalled = (program) => FOLDERS.some((folder) => isExecutable(join(folder, program)));

/** Debian's folder is looked at first: a start of Python takes a tenth of a second. */
const hasModule = (module) =>
  existsSync(`/usr/lib/python3/dist-packages/${module}`) ||
  spawnSync(PYTHON, ["-c", `import ${module}`]).status === 0;

const missingOf = (wanted) =>
  wanted.filter(
    ({ programs = [], files = [], module }) =>
      !programs.some(isInstalled) &&
      !files.some(existsSync) &&
      !(module !== undefined && hasModule(module)),
  );

const isDebian = () =>
  existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));

/**
 * Runs `work` while Debian's packages start no service: invoke-rc.d asks this script, and 101 is
 * no.
 */
async function withoutServices(work) {
  if (existsSync(POLICY) && readFileSync(POLICY, "utf8") !== REFUSAL) renameSync(POLICY, ASIDE);
  writeFileSync(POLICY, REFUSAL, { mode: 0o755 });
  try {
    await work();
  } finally {
    if (existsSync(ASIDE)) renameSync(ASIDE, POLICY);
    else rmSync(POLICY);
  }
}

async function aptInstall(wanted) {
  const packages = missingOf(wanted).map((each) => each.package);
  if (packages.length === 0) return; // installed by the run that held the lock before us
  console.log(`Installing ${packages.join(" and ")} with apt-get.`);
  const install = [
    "-o",
    "DPkg::Lock::Timeout=300",
    "install",
    "-y",
    "-qq",
    "--no-install-recommends",
    ...packages,
  ];
  const known = await run("apt-get", [...install, "--download-only"], { quiet: true }).then(
    () => true,
    () => false,
  );
  // The lists were never fetched, or name files that are gone.
  if (!known) await run("apt-get", ["update", "-qq"], { quiet: true });
  await withoutServices(() =>
    run("apt-get", install, { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } }),
  );
  // The tests start servers of their own; Debian's is not to come up with the machine either.
  if (!existsSync("/run/systemd/system")) return;
  const units = [
    ...(packages.includes("mariadb-server") ? ["mariadb.service", "mariadb.socket"] : []),
    ...(packages.includes("haproxy") ? ["haproxy.service"] : []),
  ];
  if (units.length > 0) await run("systemctl", ["disable", ...units], { quiet: true });
}

const isAble = () => isDebian() && process.getuid() === 0;

/**
 * Installs what is missing with apt-get, on Debian as root. Elsewhere it throws, and says what to
 * install.
 */
async function installAll(wanted, command) {
  const absent = missingOf(wanted);
  if (absent.length === 0) return;
  if (!isAble()) throw new Error(instructions(absent, command));
  await withLock(LOCK, () => aptInstall(wanted));
}

/** Installs what `npm test` needs; only the compilers may be missing. */
export async function installTestPrograms() {
  await installAll(FOR_TESTS, "npm test");
  if (!isAble() || missingOf(COMPILERS).length === 0) return;
  await withLock(LOCK, () => aptInstall(COMPILERS)).catch((error) =>
    console.error(`The tests of docs/stubs.md will be skipped: ${error.message}`),
  );
}

/** Installs what `npm run torture` needs. */
export const installTorturePrograms = () => installAll(FOR_TORTURE, "npm run torture");

function instructions(absent, command) {
  const wanted = absent.map(({ programs, name }) => programs?.join(" or ") ?? name);
  const packages = absent.map((each) => each.package).join(" ");
  const elsewhere = absent.map(({ name }) => name).join(" and ");
  const byItself = `(as root; ${command} then does it by itself)`;
  return [
    `${command} needs ${wanted.join(" and ")}. Nothing was skipped; install:`,
    `  Debian     apt-get install --no-install-recommends ${packages}   ${byItself}`,
    `  elsewhere  ${elsewhere}, then run ${command} again`,
  ].join("\n");
}
