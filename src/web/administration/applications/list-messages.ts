import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly name: string;
  readonly owner: string;
  readonly kind: string;
  readonly kinds: { readonly confidential: string; readonly public: string };
  readonly apis: string;
  readonly state: string;
  readonly states: { readonly active: string; readonly disabled: string };
  readonly verification: string;
  readonly verified: string;
  readonly unverified: string;
  readonly created: string;
  readonly any: string;
  readonly contains: string;
  readonly ownerHint: string;
  readonly deleted: string;
}

export const applicationListMessages: Translations<Messages> = {
  en: {
    name: "Name",
    owner: "Registered by",
    kind: "Type",
    kinds: { confidential: "Confidential", public: "Public" },
    apis: "Compatible API",
    state: "State",
    states: { active: "Active", disabled: "Disabled" },
    verification: "Verification",
    verified: "Verified",
    unverified: "Unverified",
    created: "Registered",
    any: "Any",
    contains: "Name contains, or client ID",
    ownerHint: "ID, e-mail or user name",
    deleted: "Application deleted.",
  },
  ru: {
    name: "Название",
    owner: "Кем зарегистрировано",
    kind: "Тип",
    kinds: { confidential: "Конфиденциальное", public: "Публичное" },
    apis: "Совместимый API",
    state: "Состояние",
    states: { active: "Включено", disabled: "Отключено" },
    verification: "Проверка",
    verified: "Проверено",
    unverified: "Не проверено",
    created: "Зарегистрировано",
    any: "Любое значение",
    contains: "Часть названия или Client ID",
    ownerHint: "ID, почта или имя пользователя",
    deleted: "Приложение удалено.",
  },
  zh: {
    name: "名称",
    owner: "注册者",
    kind: "类型",
    kinds: { confidential: "机密", public: "公开" },
    apis: "兼容的 API",
    state: "状态",
    states: { active: "启用", disabled: "已停用" },
    verification: "验证",
    verified: "已验证",
    unverified: "未验证",
    created: "注册于",
    any: "不限",
    contains: "名称包含，或 Client ID",
    ownerHint: "ID、邮箱或用户名",
    deleted: "应用已删除。",
  },
};
