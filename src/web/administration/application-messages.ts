// The texts of one application's page for administrators.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly id: string;
  readonly owner: string;
  readonly noOwner: string;
  readonly kind: string;
  readonly confidential: string;
  readonly public: string;
  readonly grantTypes: string;
  readonly scopes: string;
  readonly redirectUris: string;
  readonly apis: string;
  readonly created: string;
  readonly changed: string;
  readonly none: string;
  readonly end: string;
  readonly endWhat: string;
  readonly events: string;
  readonly allEvents: string;
  readonly waiting: string;
  readonly waitingWhat: string;
  readonly asksFor: (api: string) => string;
  readonly give: string;
  readonly refuse: string;
  readonly notices: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export const administrationApplicationMessages: Translations<Messages> = {
  en: {
    id: "Client ID",
    owner: "Registered by",
    noOwner: "the administrator of this server",
    kind: "Kind",
    confidential: "Confidential, with a secret",
    public: "Public, without a secret",
    grantTypes: "Grant types",
    scopes: "Scopes",
    redirectUris: "Redirect URIs",
    apis: "Documented APIs",
    created: "Registered",
    changed: "Changed",
    none: "None",
    end: "End all its tokens",
    endWhat:
      "Every code and token that the application has ends at once. What users have agreed to stays, and its secrets too.",
    events: "What happened last",
    allEvents: "Everything that happened to this application",
    waiting: "Asked for",
    waitingWhat:
      "Whoever has a key for zimoxy checks passwords of all users of its realm, registers users and learns who is registered. Give it only to those whom you know.",
    asksFor: (api) => `asks for ${api}`,
    give: "Give",
    refuse: "Refuse",
    notices: {
      ended: "All tokens of the application have ended.",
      given: "The application has the API now.",
      refused: "The request is refused.",
    },
    problems: {
      gone: "Nobody asks for this any more.",
      realms: "The application names an API of another realm already.",
    },
  },
  ru: {
    id: "Client ID",
    owner: "Кто зарегистрировал",
    noOwner: "администратор этого сервера",
    kind: "Вид",
    confidential: "Конфиденциальное, с секретом",
    public: "Публичное, без секрета",
    grantTypes: "Grant types",
    scopes: "Scopes",
    redirectUris: "Redirect URIs",
    apis: "Документированные API",
    created: "Зарегистрировано",
    changed: "Изменено",
    none: "Нет",
    end: "Прекратить все токены",
    endWhat:
      "Все коды и токены приложения сразу перестанут действовать. Согласия пользователей и секреты останутся.",
    events: "Последние события",
    allEvents: "Всё, что произошло с приложением",
    waiting: "Запросы",
    waitingWhat:
      "Владелец ключа zimoxy проверяет пароли всех пользователей своей области, регистрирует новых и узнаёт, кто зарегистрирован. Выдавайте его только тем, кого знаете.",
    asksFor: (api) => `запрашивает ${api}`,
    give: "Выдать",
    refuse: "Отказать",
    notices: {
      ended: "Все токены приложения больше не действуют.",
      given: "Теперь у приложения есть этот API.",
      refused: "В запросе отказано.",
    },
    problems: {
      gone: "Этого больше никто не запрашивает.",
      realms: "Приложение уже работает с API другой области (realm).",
    },
  },
  zh: {
    id: "Client ID",
    owner: "登记者",
    noOwner: "本服务器的管理员",
    kind: "类型",
    confidential: "机密应用，有密钥",
    public: "公开应用，无密钥",
    grantTypes: "Grant types",
    scopes: "Scopes",
    redirectUris: "Redirect URIs",
    apis: "文档化 API",
    created: "登记于",
    changed: "修改于",
    none: "无",
    end: "终止其全部令牌",
    endWhat: "该应用的所有授权码和令牌将立即失效。用户的同意和应用的密钥会保留。",
    events: "最近的事件",
    allEvents: "与该应用有关的全部事件",
    waiting: "待处理的申请",
    waitingWhat:
      "持有 zimoxy 密钥者可以校验该域所有用户的密码、注册用户并获知谁已注册。请只授予您了解的人。",
    asksFor: (api) => `申请 ${api}`,
    give: "授予",
    refuse: "拒绝",
    notices: {
      ended: "该应用的所有令牌均已失效。",
      given: "该应用现已拥有此 API。",
      refused: "申请已被拒绝。",
    },
    problems: { gone: "已没有此申请。", realms: "该应用已使用另一个域（realm）的 API。" },
  },
};
