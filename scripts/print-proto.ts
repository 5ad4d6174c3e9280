// Prints a protobuf file descriptor as source. It owns the few lines of grammar that
// buf/validate/validate.proto needs and knows nothing of what is printed; custom options and
// comments are left out.
import type { DescEnum, DescExtension, DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";

type Field = DescField | DescExtension;

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

function typeName(field: Field): string {
  if (field.fieldKind === "map") {
    const value =
      field.mapKind === "scalar"
        ? ScalarType[field.scalar].toLowerCase()
        : `.${(field.message ?? field.enum).typeName}`;
    return `map<${ScalarType[field.mapKey].toLowerCase()}, ${value}>`;
  }
  if (field.message !== undefined) return `.${field.message.typeName}`;
  if (field.enum !== undefined) return `.${field.enum.typeName}`;
  return ScalarType[field.scalar as ScalarType].toLowerCase();
}

function label(field: Field): string {
  if (field.fieldKind === "map" || field.oneof !== undefined) return "";
  if (field.fieldKind === "list") return "repeated ";
  return field.proto.label === 2
    ? "required "
    : field.proto.proto3Optional ||
        field.parent?.file.edition === Edition.EDITION_PROTO2 ||
        field.kind === "extension"
      ? "optional "
      : "";
}

function options(field: Field): string {
  const all: string[] = [];
  if (field.proto.defaultValue !== "") all.push(`default = ${field.proto.defaultValue}`);
  if (field.proto.options?.deprecated === true) all.push("deprecated = true");
  return all.length === 0 ? "" : ` [${all.join(", ")}]`;
}

const printField = (field: Field): string =>
  `${label(field)}${typeName(field)} ${field.name} = ${field.number}${options(field)};`;

function printEnum(desc: DescEnum): string[] {
  const alias = desc.proto.options?.allowAlias === true ? ["option allow_alias = true;"] : [];
  return [
    `enum ${desc.name} {`,
    ...indent([...alias, ...desc.values.map((v) => `${v.name} = ${v.number};`)]),
    "}",
  ];
}

const range = (start: number, end: number): string =>
  end - 1 >= 536_870_911 ? `${start} to max` : `${start} to ${end - 1}`;

function printMessage(desc: DescMessage): string[] {
  const body = [
    ...desc.nestedEnums.flatMap(printEnum),
    ...desc.nestedMessages.flatMap(printMessage),
    ...desc.proto.extensionRange.map((r) => `extensions ${range(r.start, r.end)};`),
    ...desc.proto.reservedRange.map((r) => `reserved ${range(r.start, r.end)};`),
    ...desc.proto.reservedName.map((name) => `reserved "${name}";`),
    ...desc.members.flatMap((member) =>
      member.kind === "oneof"
        ? [`oneof ${member.name} {`, ...indent(member.fields.map(printField)), "}"]
        : [printField(member)],
    ),
  ];
  return [`message ${desc.name} {`, ...indent(body), "}"];
}

/** The source of a file; it compiles to the same messages, fields, enums and extensions. */
export function printProto(file: DescFile): string {
  const syntax = file.edition === Edition.EDITION_PROTO2 ? "proto2" : "proto3";
  return [
    `syntax = "${syntax}";`,
    `package ${file.proto.package};`,
    ...file.dependencies.map((dependency) => `import "${dependency.proto.name}";`),
    ...file.enums.flatMap(printEnum),
    ...file.messages.flatMap(printMessage),
    ...file.extensions.flatMap((ext) => [
      `extend .${ext.extendee.typeName} {`,
      ...indent([printField(ext)]),
      "}",
    ]),
    "",
  ].join("\n");
}
