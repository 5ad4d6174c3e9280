import type { ClientScope } from "../../../domain/oauth/clients/scopes.ts";
import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly verify: string;
  readonly verifyWhat: string;
  readonly unverify: string;
  readonly unverifyWhat: string;
  readonly disable: string;
  readonly disableTitle: (app: string) => string;
  readonly disableWhat: readonly string[];
  readonly disableNow: string;
  readonly disabledFor: string;
  readonly since: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly reasonWrong: string;
  readonly enable: string;
  readonly delete: string;
  readonly deleteWhat: string;
  readonly edit: string;
  readonly editAdvanced: string;
  readonly editScopes: string;
  readonly scopesTitle: (app: string) => string;
  readonly scopesWhat: string;
  readonly scopeNames: Readonly<Record<ClientScope, string>>;
  readonly confirmAdmin: (app: string) => string;
  readonly confirmAdminHint: string;
  readonly confirmAdminWrong: string;
  readonly save: string;
  readonly cancel: string;
  readonly notices: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export const applicationActMessages: Translations<Messages> = {
  en: {
    verify: "Verify",
    verifyWhat:
      "Users who are asked to allow access will read that this server has verified the " +
      "application. Verify only if you know its developer and its redirect URIs.",
    unverify: "Withdraw verification",
    unverifyWhat: "Users will read again that the developer’s identity has not been checked.",
    disable: "Disable…",
    disableTitle: (app) => `Disable ${app}`,
    disableWhat: [
      "The application can’t sign users in, and its secrets, codes and tokens are refused at once.",
      "Nothing is deleted: after you enable it, tokens that have not expired work again.",
    ],
    disableNow: "Disable",
    disabledFor: "Disabled:",
    since: "since",
    reason: "Reason",
    reasonHint: "Shown to administrators and to the developer of the application.",
    reasonWrong: "Enter a reason (up to 500 characters).",
    enable: "Enable",
    delete: "Delete application",
    deleteWhat:
      "The application is deleted with its secrets, tokens and user consents. " +
      "This can’t be undone.",
    edit: "Edit…",
    editAdvanced: "Advanced settings…",
    editScopes: "Edit scopes…",
    scopesTitle: (app) => `Scopes of ${app}`,
    scopesWhat:
      "An application that acts for itself (client_credentials) may do what its scopes say, for " +
      "all users of this server. Scopes that it loses stop working at once, also in its tokens.",
    scopeNames: {
      "users.read": "Read all users and their sessions",
      "users.write": "Create, change, lock and delete users",
      "users.revoke": "End all sessions and tokens of a user",
      "groups.read": "Read all communities and their members",
      "groups.write": "Create, change and delete communities",
      "clients.read": "Read all applications",
      "clients.write": "Register, change, verify, disable and delete applications",
      "branding.read": "Read the appearance of the pages",
      "branding.write": "Change the appearance of the pages",
      introspect: "Check the tokens of other applications",
      "audit.read": "Read the audit trail",
      "predecessors.read": "Read the moves from other servers",
      "predecessors.write": "Set up, change and end moves from other servers",
      "resources.read": "Read all resources",
      "resources.write": "Register, change and delete resources",
      admin: "Everything above, and all scopes to come",
    },
    confirmAdmin: (app) => `To give the scope admin, type the application name: ${app}`,
    confirmAdminHint: "Only needed if you have selected admin.",
    confirmAdminWrong: "The name does not match.",
    save: "Save",
    cancel: "Cancel",
    notices: {
      verified: "Application verified.",
      unverified: "Verification withdrawn.",
      disabled: "Application disabled.",
      enabled: "Application enabled.",
      scoped: "Scopes saved.",
    },
    problems: {
      changed: "The application has changed since this page was shown. Check it again.",
      refused: "These scopes can’t be saved. Check the settings of the application.",
    },
  },
  ru: {
    verify: "Подтвердить",
    verifyWhat:
      "Пользователи, у которых приложение запрашивает доступ, прочитают, что этот сервер его " +
      "проверил. Подтверждайте, только если знаете разработчика и адреса перенаправления.",
    unverify: "Отозвать подтверждение",
    unverifyWhat:
      "Пользователи снова будут видеть предупреждение, что личность разработчика не подтверждена.",
    disable: "Отключить…",
    disableTitle: (app) => `Отключить «${app}»`,
    disableWhat: [
      "Войти через приложение будет нельзя, а его секреты, коды и токены сразу перестанут " +
        "приниматься.",
      "Ничего не удаляется: после включения токены с неистёкшим сроком заработают снова.",
    ],
    disableNow: "Отключить",
    disabledFor: "Отключено:",
    since: "с",
    reason: "Причина",
    reasonHint: "Видна администраторам и разработчику приложения.",
    reasonWrong: "Укажите причину (не длиннее 500 символов).",
    enable: "Включить",
    delete: "Удалить приложение",
    deleteWhat:
      "Приложение удаляется вместе с секретами, токенами и согласиями пользователей. Это " +
      "действие нельзя отменить.",
    edit: "Изменить…",
    editAdvanced: "Расширенные настройки…",
    editScopes: "Изменить области доступа…",
    scopesTitle: (app) => `Области доступа: ${app}`,
    scopesWhat:
      "Приложение, которое действует от своего имени (client_credentials), может делать всё, что " +
      "разрешают его области, с данными всех пользователей сервера. Отозванные области сразу " +
      "перестают действовать, в том числе в выданных токенах.",
    scopeNames: {
      "users.read": "Читать данные всех пользователей и их сеансы",
      "users.write": "Создавать, изменять, блокировать и удалять пользователей",
      "users.revoke": "Завершать все сеансы и токены пользователя",
      "groups.read": "Читать все сообщества и их участников",
      "groups.write": "Создавать, изменять и удалять сообщества",
      "clients.read": "Читать данные всех приложений",
      "clients.write": "Регистрировать, изменять, подтверждать, отключать и удалять приложения",
      "branding.read": "Читать оформление страниц",
      "branding.write": "Изменять оформление страниц",
      introspect: "Проверять токены других приложений",
      "audit.read": "Читать журнал аудита",
      "predecessors.read": "Читать данные о переходах с других серверов",
      "predecessors.write": "Настраивать, изменять и завершать переходы с других серверов",
      "resources.read": "Читать данные всех ресурсов",
      "resources.write": "Регистрировать, изменять и удалять ресурсы",
      admin: "Всё перечисленное и все будущие области",
    },
    confirmAdmin: (app) => `Чтобы выдать область admin, введите название приложения: ${app}`,
    confirmAdminHint: "Нужно, только если выбрана область admin.",
    confirmAdminWrong: "Название не совпадает.",
    save: "Сохранить",
    cancel: "Отмена",
    notices: {
      verified: "Приложение подтверждено.",
      unverified: "Подтверждение отозвано.",
      disabled: "Приложение отключено.",
      enabled: "Приложение включено.",
      scoped: "Области доступа сохранены.",
    },
    problems: {
      changed: "Приложение изменилось после открытия страницы. Проверьте его ещё раз.",
      refused: "Эти области сохранить нельзя. Проверьте настройки приложения.",
    },
  },
  zh: {
    verify: "验证",
    verifyWhat:
      "用户在授权时会看到本服务器已验证该应用。请仅在您了解其开发者和重定向 URI 时进行验证。",
    unverify: "撤销验证",
    unverifyWhat: "用户将再次看到“开发者身份未经核实”的提示。",
    disable: "停用…",
    disableTitle: (app) => `停用 ${app}`,
    disableWhat: [
      "用户无法再通过该应用登录，其密钥、授权码和令牌将立即被拒绝。",
      "不会删除任何数据：重新启用后，未过期的令牌可继续使用。",
    ],
    disableNow: "停用",
    disabledFor: "已停用：",
    since: "开始于",
    reason: "原因",
    reasonHint: "管理员和该应用的开发者可见。",
    reasonWrong: "请填写原因（最多 500 个字符）。",
    enable: "启用",
    delete: "删除应用",
    deleteWhat: "该应用及其密钥、令牌和用户授权记录将被删除，且无法恢复。",
    edit: "修改…",
    editAdvanced: "高级设置…",
    editScopes: "修改权限范围…",
    scopesTitle: (app) => `${app} 的权限范围`,
    scopesWhat:
      "以自身名义（client_credentials）运行的应用可对本服务器的所有用户执行其权限范围允许的操作。" +
      "被移除的权限范围立即失效，已签发的令牌也不例外。",
    scopeNames: {
      "users.read": "读取所有用户及其会话",
      "users.write": "创建、修改、锁定和删除用户",
      "users.revoke": "结束用户的所有会话和令牌",
      "groups.read": "读取所有社群及其成员",
      "groups.write": "创建、修改和删除社群",
      "clients.read": "读取所有应用",
      "clients.write": "注册、修改、验证、停用和删除应用",
      "branding.read": "读取页面外观",
      "branding.write": "修改页面外观",
      introspect: "查验其他应用的令牌",
      "audit.read": "读取审计记录",
      "predecessors.read": "读取从其他服务器的迁移",
      "predecessors.write": "设置、修改和结束从其他服务器的迁移",
      "resources.read": "读取所有资源",
      "resources.write": "注册、修改和删除资源",
      admin: "以上全部，以及今后新增的所有权限范围",
    },
    confirmAdmin: (app) => `如需授予 admin，请输入应用名称：${app}`,
    confirmAdminHint: "仅在选择 admin 时需要。",
    confirmAdminWrong: "名称不匹配。",
    save: "保存",
    cancel: "取消",
    notices: {
      verified: "应用已验证。",
      unverified: "验证已撤销。",
      disabled: "应用已停用。",
      enabled: "应用已启用。",
      scoped: "权限范围已保存。",
    },
    problems: {
      changed: "此页面显示后应用已发生变化，请重新检查。",
      refused: "无法保存这些权限范围，请检查应用的设置。",
    },
  },
};
