import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";

import { meQuery, setupQuery } from "@/features/accounts/api";
import { answerIn } from "@/features/accounts/oidc";
import { lastWorkspace } from "@/lib/memory";
import { MissingFace } from "@/ui/Faces";

import { RouteError } from "./RouteError";

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet });

/** Somebody must be signed in; a fresh server is set up first. */
async function mustBeSignedIn({ context, location }: { context: Context; location: { href: string } }) {
  const me = await context.queryClient.ensureQueryData(meQuery);
  if (me) return { me };
  const setup = await context.queryClient.ensureQueryData(setupQuery);
  if (setup.needs_setup) throw redirect({ to: "/setup" });
  throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
}

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async (args) => {
    const { me } = await mustBeSignedIn(args);
    const slug = me.workspaces.find((one) => one.slug === lastWorkspace())?.slug ?? me.workspaces[0]?.slug;
    throw slug ? redirect({ to: "/w/$slug", params: { slug } }) : redirect({ to: "/account" });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === "string" && /^\/(?![/\\])/.test(search.next) ? { next: search.next } : {},
  beforeLoad: async ({ context }) => {
    const setup = await context.queryClient.ensureQueryData(setupQuery);
    if (setup.needs_setup) throw redirect({ to: "/setup" });
  },
  component: lazyRouteComponent(() => import("@/features/accounts/SignInScreen"), "SignInScreen"),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("@/features/accounts/ForgotPasswordScreen"), "ForgotPasswordScreen"),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("@/features/accounts/ResetPasswordScreen"), "ResetPasswordScreen"),
});

const confirmAddress = createRoute({
  getParentRoute: () => root,
  path: "/confirm-address",
  component: lazyRouteComponent(() => import("@/features/accounts/ConfirmAddressScreen"), "ConfirmAddressScreen"),
});

// Where a sign-in provider sends people back to.
const signInReturn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in/return",
  validateSearch: answerIn,
  component: lazyRouteComponent(() => import("@/features/accounts/ReturnScreen"), "ReturnScreen"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  beforeLoad: async ({ context }) => {
    const state = await context.queryClient.ensureQueryData(setupQuery);
    if (!state.needs_setup) throw redirect({ to: "/" });
  },
  component: lazyRouteComponent(() => import("@/features/accounts/SetupScreen"), "SetupScreen"),
});

const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  component: lazyRouteComponent(() => import("@/features/accounts/JoinScreen"), "JoinScreen"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  beforeLoad: mustBeSignedIn,
  component: lazyRouteComponent(() => import("./shell/AccountFrame"), "AccountFrame"),
});

const accountIndex = createRoute({
  getParentRoute: () => account,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/accounts/AccountScreen"), "AccountScreen"),
});

// The server's, and no workspace's: framed as the account is.
const lab = createRoute({
  getParentRoute: () => root,
  path: "/lab",
  beforeLoad: mustBeSignedIn,
  component: lazyRouteComponent(() => import("./shell/AccountFrame"), "AccountFrame"),
});

const labIndex = createRoute({
  getParentRoute: () => lab,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/lab/LabScreen"), "LabScreen"),
});

const labRun = createRoute({
  getParentRoute: () => lab,
  path: "/$run",
  component: lazyRouteComponent(() => import("@/features/lab/RunScreen"), "RunScreen"),
});

const administration = createRoute({
  getParentRoute: () => root,
  path: "/administration",
  beforeLoad: mustBeSignedIn,
  component: lazyRouteComponent(() => import("./shell/AccountFrame"), "AccountFrame"),
});

const administrationIndex = createRoute({
  getParentRoute: () => administration,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/administration/AdministrationScreen"), "AdministrationScreen"),
});

const administrationSection = createRoute({
  getParentRoute: () => administration,
  path: "/$section",
  component: lazyRouteComponent(() => import("@/features/administration/AdministrationScreen"), "AdministrationScreen"),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: "/w/$slug",
  // A human id here opens the task's sheet over whatever view lies beneath.
  validateSearch: (search: Record<string, unknown>): { task?: string } =>
    typeof search.task === "string" && search.task ? { task: search.task } : {},
  beforeLoad: mustBeSignedIn,
  component: lazyRouteComponent(() => import("./shell/WorkspaceFrame"), "WorkspaceFrame"),
});

const projects = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/projects/ProjectsScreen"), "ProjectsScreen"),
});

const myWork = createRoute({
  getParentRoute: () => workspace,
  path: "/my-work",
  component: lazyRouteComponent(() => import("@/features/mywork/MyWorkScreen"), "MyWorkScreen"),
});

const search = createRoute({
  getParentRoute: () => workspace,
  path: "/search",
  validateSearch: (query: Record<string, unknown>): { q?: string } =>
    query.q === undefined || query.q === "" ? {} : { q: String(query.q) },
  component: lazyRouteComponent(() => import("@/features/search/SearchScreen"), "SearchScreen"),
});

const workspaceSettings = createRoute({
  getParentRoute: () => workspace,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/workspaces/WorkspaceSettings"), "WorkspaceSettings"),
});

const taskPage = createRoute({
  getParentRoute: () => workspace,
  path: "/t/$humanId",
  component: lazyRouteComponent(() => import("@/features/tasks/TaskPage"), "TaskPage"),
});

/** A view's own filter lives in the address under these names, whatever the view. */
export interface ViewSearch {
  q?: string;
  assignee?: string;
  label?: string;
  priority?: string;
  category?: string;
  sort?: string;
  group?: string;
}

/** Another moment of the board, and the two that are compared: revisions, which are numbers, or times. */
export interface PastSearch {
  at?: string | number;
  from?: string | number;
  to?: string | number;
}

/** Whose changes to what, and the one that is opened. */
export interface HistorySearch {
  by?: string;
  noun?: string;
  change?: string;
}

function viewSearch(search: Record<string, unknown>): ViewSearch {
  const kept: ViewSearch = {};
  for (const name of ["q", "assignee", "label", "priority", "category", "sort", "group"] as const) {
    const value = search[name];
    if (typeof value === "string" || typeof value === "number") kept[name] = String(value);
  }
  return kept;
}

const board = createRoute({
  getParentRoute: () => workspace,
  path: "/p/$key",
  validateSearch: (search: Record<string, unknown>): ViewSearch & PastSearch => {
    const kept: ViewSearch & PastSearch = viewSearch(search);
    for (const name of ["at", "from", "to"] as const) {
      const value = search[name];
      if (typeof value === "string" || typeof value === "number") kept[name] = value;
    }
    return kept;
  },
  component: lazyRouteComponent(() => import("@/features/board/BoardScreen"), "BoardScreen"),
});

const list = createRoute({
  getParentRoute: () => workspace,
  path: "/p/$key/list",
  validateSearch: viewSearch,
  component: lazyRouteComponent(() => import("@/features/list/ListScreen"), "ListScreen"),
});

const calendar = createRoute({
  getParentRoute: () => workspace,
  path: "/p/$key/calendar",
  validateSearch: (search: Record<string, unknown>): ViewSearch & { month?: string } => {
    const kept: ViewSearch & { month?: string } = viewSearch(search);
    if (typeof search.month === "string" && /^\d{4}-\d\d$/.test(search.month)) kept.month = search.month;
    return kept;
  },
  component: lazyRouteComponent(() => import("@/features/calendar/CalendarScreen"), "CalendarScreen"),
});

const history = createRoute({
  getParentRoute: () => workspace,
  path: "/p/$key/history",
  // The other views' filter stays in the address: one comes back to them.
  validateSearch: (search: Record<string, unknown>): ViewSearch & HistorySearch => {
    const kept: ViewSearch & HistorySearch = viewSearch(search);
    for (const name of ["by", "noun", "change"] as const) {
      const value = search[name];
      if (typeof value === "string" && value) kept[name] = value;
    }
    return kept;
  },
  component: lazyRouteComponent(() => import("@/features/tasks/HistoryScreen"), "HistoryScreen"),
});

const trash = createRoute({
  getParentRoute: () => workspace,
  path: "/p/$key/trash",
  // As the history keeps it: the filter of the views one comes back to.
  validateSearch: viewSearch,
  component: lazyRouteComponent(() => import("@/features/tasks/TrashScreen"), "TrashScreen"),
});

const projectSettings = createRoute({
  getParentRoute: () => workspace,
  path: "/p/$key/settings",
  component: lazyRouteComponent(() => import("@/features/projects/ProjectSettings"), "ProjectSettings"),
});

const tree = root.addChildren([
  home,
  signIn,
  signInReturn,
  forgotPassword,
  resetPassword,
  confirmAddress,
  setup,
  join,
  account.addChildren([accountIndex]),
  lab.addChildren([labIndex, labRun]),
  administration.addChildren([administrationIndex, administrationSection]),
  workspace.addChildren([
    projects,
    myWork,
    search,
    workspaceSettings,
    taskPage,
    board,
    list,
    calendar,
    history,
    trash,
    projectSettings,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingMs: 300,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: () => <MissingFace />,
  });
}
