import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly noScopes: string;
  readonly forItself: string;
  readonly notForItself: string;
  readonly isServer: string;
}

export const availableResourcesMessages: Translations<Messages> = {
  en: {
    title: "Resources",
    what:
      "APIs and MCP servers that the application can ask for, by the parameters resource and " +
      "scope. Users decide when they are asked to agree.",
    noScopes: "It has no scopes.",
    forItself: "The application gets tokens without a user.",
    notForItself: "An administrator must allow tokens without a user.",
    isServer: "The application is its server: it introspects the tokens.",
  },
  ru: {
    title: "Ресурсы",
    what:
      "API и MCP-серверы, доступ к которым приложение может запросить параметрами resource и " +
      "scope. Решают пользователи, когда дают согласие.",
    noScopes: "Прав (scopes) нет.",
    forItself: "Приложение получает токены без пользователя.",
    notForItself: "Токены без пользователя должен разрешить администратор.",
    isServer: "Приложение — сервер этого ресурса: оно проверяет токены.",
  },
  zh: {
    title: "资源",
    what: "应用可通过 resource 和 scope 参数申请的 API 和 MCP 服务器，由用户在授权时决定。",
    noScopes: "没有权限范围。",
    forItself: "应用无需用户即可获取令牌。",
    notForItself: "无用户的令牌须由管理员允许。",
    isServer: "应用是该资源的服务器：由它查验令牌。",
  },
};
