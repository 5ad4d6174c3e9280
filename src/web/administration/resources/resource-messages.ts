import type { Translations } from "../../kit/language.ts";

/** The fields of the form. */
export type ResourceField =
  | "uri"
  | "name"
  | "resource_scopes"
  | "lifetime_minutes"
  | "introspectors"
  | "machine_clients"
  | "detail_types";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly add: string;
  readonly addTitle: string;
  readonly none: string;
  readonly labels: Readonly<Record<ResourceField, string>>;
  readonly hints: Readonly<Record<ResourceField, string>>;
  readonly wrong: Readonly<Record<ResourceField, string>>;
  readonly taken: string;
  readonly format: string;
  readonly opaque: string;
  readonly jwt: string;
  readonly save: string;
  readonly cancel: string;
  readonly delete: string;
  readonly deleteWhat: string;
  readonly notices: Readonly<Record<"saved" | "deleted", string>>;
}

const DETAIL_TYPE_EXAMPLE =
  '{"type":"payment","title":"make a payment","actions":["initiate"],' +
  '"members":{"amount":"number","note":"string?"}}';

export const resourceMessages: Translations<Messages> = {
  en: {
    title: "Resources",
    what: "APIs and MCP servers that access tokens can be for. Such a token works there only.",
    add: "Add a resource",
    addTitle: "New resource",
    none: "There are no resources.",
    labels: {
      uri: "URI",
      name: "Name",
      resource_scopes: "Scopes",
      lifetime_minutes: "Lifetime of access tokens, in minutes",
      introspectors: "Clients that introspect its tokens",
      machine_clients: "Clients that get its tokens without a user",
      detail_types: "Types of authorization details",
    },
    hints: {
      uri: "As https://api.example/v1. It can’t be changed later.",
      name: "Users read it when they are asked to agree.",
      resource_scopes:
        "One a line: the name, then what users read in English, Russian and Chinese, as " +
        "mcp:tools | use tools | использовать инструменты | 使用工具",
      lifetime_minutes: "From 1 to 1440.",
      introspectors: "Client IDs, one a line: the servers of the resource.",
      machine_clients: "Client IDs, one a line.",
      detail_types:
        "JSON, one a line, as " +
        DETAIL_TYPE_EXAMPLE +
        ". Kinds: string, number, boolean, object; with ? it may be missing. title may have " +
        "en, ru, zh.",
    },
    wrong: {
      uri: "Enter an absolute URI without a fragment and a user, which is not this server.",
      name: "Enter 1 to 100 visible characters.",
      resource_scopes:
        "Enter at most 50 names of up to 64 characters, each once, that this server doesn’t use " +
        "itself, with texts of up to 200 visible characters.",
      lifetime_minutes: "Enter a number from 1 to 1440.",
      introspectors: "Enter at most 20 IDs of confidential clients.",
      machine_clients: "Enter at most 20 IDs of confidential clients.",
      detail_types:
        "Enter at most 20 objects of JSON, one a line, of different types, with the members of " +
        "the example and nothing else.",
    },
    taken: "A resource with this URI exists already.",
    format: "Access tokens",
    opaque: "Random; the resource introspects them",
    jwt: "Signed (JWT); the resource can verify them itself",
    save: "Save",
    cancel: "Cancel",
    delete: "Delete the resource",
    deleteWhat: "All tokens for it end at once. Users who agreed are asked again if it comes back.",
    notices: { saved: "The resource was saved.", deleted: "The resource was deleted." },
  },
  ru: {
    title: "Ресурсы",
    what: "API и MCP-серверы, для которых выдаются токены. Такой токен действует только там.",
    add: "Добавить ресурс",
    addTitle: "Новый ресурс",
    none: "Ресурсов нет.",
    labels: {
      uri: "URI",
      name: "Название",
      resource_scopes: "Права (scopes)",
      lifetime_minutes: "Срок действия токенов доступа, в минутах",
      introspectors: "Клиенты, которые проверяют его токены",
      machine_clients: "Клиенты, которые получают его токены без пользователя",
      detail_types: "Типы деталей авторизации",
    },
    hints: {
      uri: "Например https://api.example/v1. Позже изменить нельзя.",
      name: "Его видят пользователи, когда дают согласие.",
      resource_scopes:
        "По одному в строке: имя и тексты для пользователей на английском, русском и китайском, " +
        "например mcp:tools | use tools | использовать инструменты | 使用工具",
      lifetime_minutes: "От 1 до 1440.",
      introspectors: "Client ID, по одному в строке: серверы ресурса.",
      machine_clients: "Client ID, по одному в строке.",
      detail_types:
        "JSON, по одному в строке, например " +
        DETAIL_TYPE_EXAMPLE +
        ". Виды: string, number, boolean, object; с ? может отсутствовать. В title могут " +
        "быть en, ru, zh.",
    },
    wrong: {
      uri: "Введите абсолютный URI без фрагмента и пользователя, не адрес этого сервера.",
      name: "Введите от 1 до 100 видимых символов.",
      resource_scopes:
        "Введите не более 50 имён до 64 символов, каждое один раз, не занятых самим сервером, " +
        "с текстами до 200 видимых символов.",
      lifetime_minutes: "Введите число от 1 до 1440.",
      introspectors: "Введите не более 20 ID конфиденциальных клиентов.",
      machine_clients: "Введите не более 20 ID конфиденциальных клиентов.",
      detail_types:
        "Введите не более 20 объектов JSON, по одному в строке, разных типов и только с такими " +
        "полями, как в примере.",
    },
    taken: "Ресурс с таким URI уже есть.",
    format: "Токены доступа",
    opaque: "Случайные; ресурс проверяет их запросом",
    jwt: "Подписанные (JWT); ресурс может проверять их сам",
    save: "Сохранить",
    cancel: "Отмена",
    delete: "Удалить ресурс",
    deleteWhat: "Все токены для него сразу перестанут действовать.",
    notices: { saved: "Ресурс сохранён.", deleted: "Ресурс удалён." },
  },
  zh: {
    title: "资源",
    what: "访问令牌可以针对的 API 和 MCP 服务器。这样的令牌只在该资源有效。",
    add: "添加资源",
    addTitle: "新资源",
    none: "没有资源。",
    labels: {
      uri: "URI",
      name: "名称",
      resource_scopes: "权限范围（scope）",
      lifetime_minutes: "访问令牌有效期（分钟）",
      introspectors: "可查验其令牌的客户端",
      machine_clients: "无需用户即可获取其令牌的客户端",
      detail_types: "授权详情类型",
    },
    hints: {
      uri: "例如 https://api.example/v1，之后不能更改。",
      name: "用户在授权时会看到此名称。",
      resource_scopes:
        "每行一个：名称，然后是向用户显示的英文、俄文和中文说明，例如 " +
        "mcp:tools | use tools | использовать инструменты | 使用工具",
      lifetime_minutes: "1 到 1440。",
      introspectors: "Client ID，每行一个：资源的服务器。",
      machine_clients: "Client ID，每行一个。",
      detail_types:
        "JSON，每行一个，例如 " +
        DETAIL_TYPE_EXAMPLE +
        "。种类：string、number、boolean、object；带 ? 表示可省略。title 可含 en、ru、zh。",
    },
    wrong: {
      uri: "请输入不含片段和用户信息的绝对 URI，且不能是本服务器。",
      name: "请输入 1 至 100 个可见字符。",
      resource_scopes:
        "最多 50 个名称，每个不超过 64 个字符且不重复，不能是本服务器自用的名称，说明不超过 200 个可见字符。",
      lifetime_minutes: "请输入 1 到 1440 之间的数字。",
      introspectors: "最多 20 个机密客户端的 ID。",
      machine_clients: "最多 20 个机密客户端的 ID。",
      detail_types: "最多 20 个 JSON 对象，每行一个，类型不重复，且只含示例中的成员。",
    },
    taken: "已有使用此 URI 的资源。",
    format: "访问令牌",
    opaque: "随机令牌；由资源查验",
    jwt: "签名令牌（JWT）；资源可自行验证",
    save: "保存",
    cancel: "取消",
    delete: "删除资源",
    deleteWhat: "针对它的所有令牌立即失效。",
    notices: { saved: "资源已保存。", deleted: "资源已删除。" },
  },
};
