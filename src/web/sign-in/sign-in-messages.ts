import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly toContinue: (app: string) => string;
  readonly identifier: string;
  readonly password: string;
  readonly signIn: string;
  readonly noAccount: string;
  readonly signUp: string;
  readonly forgotten: string;
  readonly wrong: string;
  readonly locked: (until: string) => string;
  readonly registered: string;
  readonly signedOut: string;
  readonly newPassword: string;
  readonly newPasswordFirst: string;
  readonly deleted: string;
  readonly signOutTitle: string;
  readonly signOutAs: (name: string) => string;
  readonly signOut: string;
  readonly stay: string;
}

export const signInMessages: Translations<Messages> = {
  en: {
    title: "Sign in",
    toContinue: (app) => `to continue to ${app}`,
    identifier: "E-mail or user name",
    password: "Password",
    signIn: "Sign in",
    noAccount: "No account yet?",
    signUp: "Create account",
    forgotten: "Forgot your password?",
    wrong: "Wrong e-mail, user name or password.",
    locked: (until) =>
      `This account is locked${until === "" ? "" : ` until ${until}`}. Contact the administrator.`,
    registered:
      "If this address was not registered before, your account is ready: sign in with " +
      "your password. We sent an e-mail to this address in either case.",
    signedOut: "You are signed out.",
    newPassword:
      "Your password was changed. Sign in with the new password here or in the " +
      "application that you were using.",
    newPasswordFirst:
      "Your password was changed and your e-mail address was confirmed. All earlier " +
      "sessions, application access and applications of this account were removed.",
    deleted: "Your account is deleted. To restore it, sign in within 30 days.",
    signOutTitle: "Sign out?",
    signOutAs: (name) => `You are signed in as ${name}.`,
    signOut: "Sign out",
    stay: "Stay signed in",
  },
  ru: {
    title: "Вход",
    toContinue: (app) => `чтобы продолжить в «${app}»`,
    identifier: "Почта или имя пользователя",
    password: "Пароль",
    signIn: "Войти",
    noAccount: "Нет аккаунта?",
    signUp: "Создать аккаунт",
    forgotten: "Забыли пароль?",
    wrong: "Неверная почта, имя пользователя или пароль.",
    locked: (until) =>
      `Аккаунт заблокирован${until === "" ? "" : ` до ${until}`}. Обратитесь к администратору.`,
    registered:
      "Если этот адрес ещё не был зарегистрирован, аккаунт готов: войдите со своим " +
      "паролем. В любом случае мы отправили письмо на этот адрес.",
    signedOut: "Вы вышли из аккаунта.",
    newPassword:
      "Пароль изменён. Войдите с новым паролем здесь или в приложении, которым вы пользовались.",
    newPasswordFirst:
      "Пароль изменён, адрес подтверждён. Все прежние сеансы, доступ приложений и " +
      "приложения этого аккаунта удалены.",
    deleted: "Аккаунт удалён. Чтобы восстановить его, войдите в течение 30 дней.",
    signOutTitle: "Выйти из аккаунта?",
    signOutAs: (name) => `Вы вошли как ${name}.`,
    signOut: "Выйти",
    stay: "Остаться в аккаунте",
  },
  zh: {
    title: "登录",
    toContinue: (app) => `以继续使用“${app}”`,
    identifier: "邮箱或用户名",
    password: "密码",
    signIn: "登录",
    noAccount: "还没有账号？",
    signUp: "创建账号",
    forgotten: "忘记密码？",
    wrong: "邮箱、用户名或密码错误。",
    locked: (until) => `该账号已被锁定${until === "" ? "" : `，直至 ${until}`}，请联系管理员。`,
    registered:
      "如果该邮箱尚未注册，您的账号已创建，请使用密码登录。无论是否已注册，我们都已向该邮箱发送邮件。",
    signedOut: "您已退出登录。",
    newPassword: "密码已修改。请在此处或您刚才使用的应用中用新密码登录。",
    newPasswordFirst:
      "密码已修改，邮箱已验证。该账号此前的所有会话、应用访问权限及其注册的应用均已移除。",
    deleted: "您的账号已删除。30 天内登录即可恢复。",
    signOutTitle: "要退出登录吗？",
    signOutAs: (name) => `当前登录账号：${name}。`,
    signOut: "退出登录",
    stay: "保持登录",
  },
};
