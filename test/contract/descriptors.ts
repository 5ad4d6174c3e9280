// The contract as generated: every service of gen/. It owns where descriptors come from and must
// not know what is demanded of them.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { DescFile, DescMethod, DescService } from "@bufbuild/protobuf";

const GEN = join(import.meta.dirname, "../../gen");

const isFile = (value: unknown): value is DescFile =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "file";

async function readFiles(): Promise<DescFile[]> {
  const paths = readdirSync(GEN, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith("_pb.ts"),
  );
  const modules: object[] = await Promise.all(paths.map((path) => import(join(GEN, path))));
  return modules.flatMap((module) => Object.values(module).filter(isFile));
}

/** Every service, those of health and reflection too. */
export const services: readonly DescService[] = (await readFiles()).flatMap(
  (file) => file.services,
);

/** Every method of them. */
export const methods: readonly DescMethod[] = services.flatMap((service) => service.methods);

/** `identity.v1.UserService.GetUser`. */
export const fullName = (method: DescMethod): string => `${method.parent.typeName}.${method.name}`;
