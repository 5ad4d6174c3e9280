import type { UserState } from "../../domain/model.ts";
import type { UserKey } from "../../domain/administration/user-directory.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly tabs: Readonly<
    Record<
      "overview" | "users" | "applications" | "resources" | "audit" | "appearance" | "predecessors",
      string
    >
  >;
  readonly next: string;
  readonly find: string;
  readonly none: string;
  readonly by: string;
  readonly keys: Readonly<Record<UserKey, string>>;
  readonly text: string;
  readonly realm: string;
  readonly applicationText: string;
  readonly states: Readonly<Record<UserState, string>>;
  readonly administrator: string;
  readonly developer: string;
  readonly actions: string;
  readonly created: string;
  readonly gone: string;
  readonly operator: string;
  readonly anonymous: string;
}

export const administrationMessages: Translations<Messages> = {
  en: {
    title: "Administration",
    tabs: {
      overview: "Overview",
      users: "Users",
      applications: "Applications",
      resources: "Resources",
      audit: "Audit log",
      appearance: "Appearance",
      predecessors: "Take-over",
    },
    next: "Show more",
    find: "Search",
    none: "No results.",
    by: "Search by",
    keys: {
      contains: "Name, e-mail or AccID contains",
      emailKey: "E-mail starts with",
      username: "User name starts with",
      accId: "AccID starts with",
      id: "User ID is",
    },
    text: "Text",
    realm: "Realm",
    applicationText: "Name starts with, or client ID",
    states: { active: "Active", locked: "Locked", deleted: "Deleted" },
    administrator: "Administrator",
    developer: "Developer",
    actions: "Actions",
    created: "created",
    gone: "no longer exists",
    operator: "the operator",
    anonymous: "unauthenticated user",
  },
  ru: {
    title: "Администрирование",
    tabs: {
      overview: "Обзор",
      users: "Пользователи",
      applications: "Приложения",
      resources: "Ресурсы",
      audit: "Журнал аудита",
      appearance: "Оформление",
      predecessors: "Переезд",
    },
    next: "Показать ещё",
    find: "Найти",
    none: "Ничего не найдено.",
    by: "Поле поиска",
    keys: {
      contains: "Имя, почта или AccID содержит",
      emailKey: "Почта начинается с",
      username: "Имя пользователя начинается с",
      accId: "AccID начинается с",
      id: "ID пользователя",
    },
    text: "Текст",
    realm: "Область (realm)",
    applicationText: "Начало названия или Client ID",
    states: { active: "Активен", locked: "Заблокирован", deleted: "Удалён" },
    administrator: "Администратор",
    developer: "Разработчик",
    actions: "Действия",
    created: "создан",
    gone: "больше не существует",
    operator: "оператор сервера",
    anonymous: "неавторизованный посетитель",
  },
  zh: {
    title: "管理",
    tabs: {
      overview: "概览",
      users: "用户",
      applications: "应用",
      resources: "资源",
      audit: "审计日志",
      appearance: "外观",
      predecessors: "接管",
    },
    next: "显示更多",
    find: "搜索",
    none: "没有找到结果。",
    by: "搜索方式",
    keys: {
      contains: "用户名、邮箱或 AccID 包含",
      emailKey: "邮箱开头为",
      username: "用户名开头为",
      accId: "AccID 开头为",
      id: "用户 ID 为",
    },
    text: "文本",
    realm: "域（realm）",
    applicationText: "名称以此开头，或 Client ID",
    states: { active: "正常", locked: "已锁定", deleted: "已删除" },
    administrator: "管理员",
    developer: "开发者",
    actions: "操作",
    created: "创建于",
    gone: "已不存在",
    operator: "服务器运维人员",
    anonymous: "未登录用户",
  },
};
