import { createTheme, type ButtonProps, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e7f4f2", "#cfe7e4", "#a3d3ce", "#73bdb6", "#4aaaa2", "#2b9b92", "#158a82", "#0f766f", "#0b625c", "#074b47",
];
const gray: MantineColorsTuple = [
  "#faf9f7", "#f4f2ef", "#ebe8e4", "#dedad4", "#cbc6be", "#a9a39a", "#857f76", "#655f57", "#45403a", "#26231f",
];
const dark: MantineColorsTuple = [
  "#ece9e4", "#cfcac2", "#a8a196", "#8a8379", "#4a4641", "#383531", "#2a2826", "#1c1b19", "#161513", "#0f0e0d",
];

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 7,
  colors: { teal, gray, dark },
  white: "#ffffff",
  black: "#26231f",
  defaultRadius: 6,
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "13px", lg: "15px", xl: "18px" },
  lineHeights: { xs: "1.35", sm: "1.45", md: "1.45", lg: "1.4", xl: "1.3" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "6px", sm: "6px", md: "6px", lg: "6px", xl: "6px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "22px", lineHeight: "28px" },
      h2: { fontSize: "18px", lineHeight: "24px" },
      h3: { fontSize: "15px", lineHeight: "20px" },
      h4: { fontSize: "13px", lineHeight: "20px" },
    },
  },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  autoContrast: false,
  // Plain objects instead of Component.extend(): the theme must not pull components into the first page.
  components: {
    Button: {
      defaultProps: { size: "sm" },
      vars: (_theme: unknown, { size }: ButtonProps) => ({
        root: {
          ...(size === "sm" && { "--button-height": "32px", "--button-padding-x": "12px" }),
          ...(size === "xs" && { "--button-height": "28px", "--button-padding-x": "10px" }),
          "--button-fz": size === "xs" ? "12px" : "13px",
        },
      }),
      styles: { label: { fontWeight: 500 } },
    },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 28 } },
    Input: { vars: () => ({ wrapper: { "--input-height": "32px", "--input-fz": "13px", "--input-bg": "var(--hw-field)" } }) },
    InputWrapper: {
      defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
      styles: {
        label: { fontSize: 12, fontWeight: 500, marginBottom: 4, color: "var(--hw-text)" },
        description: { fontSize: 12, marginTop: 4, color: "var(--hw-muted)" },
        error: { fontSize: 12, marginTop: 4 },
      },
    },
    Select: { defaultProps: { allowDeselect: false, comboboxProps: { shadow: "md" } } },
    Radio: { defaultProps: { size: "xs" }, styles: { label: { fontSize: 13, paddingInlineStart: 8 } } },
    Checkbox: { defaultProps: { size: "xs" }, styles: { label: { fontSize: 13, paddingInlineStart: 8 } } },
    Menu: {
      defaultProps: { shadow: "md", transitionProps: { duration: 120 } },
      styles: { item: { fontSize: 13, padding: "6px 8px" }, label: { fontSize: 12, padding: "6px 8px 2px" }, itemSection: { marginInlineEnd: 8 } },
    },
    Modal: {
      defaultProps: {
        yOffset: "12vh",
        padding: 20,
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 140, transition: "pop" },
      },
      styles: {
        title: { fontSize: 15, fontWeight: 600 },
        header: { background: "var(--hw-float)" },
        content: { background: "var(--hw-float)" },
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, fz: 12, transitionProps: { duration: 120 } } },
  },
});

/** Mantine's own names, pointed at our tokens (tokens.css), so both schemes are designed in one place. */
export const cssVariables: CSSVariablesResolver = () => {
  const same = {
    "--mantine-color-body": "var(--hw-canvas)",
    "--mantine-color-text": "var(--hw-text)",
    "--mantine-color-dimmed": "var(--hw-muted)",
    "--mantine-color-placeholder": "var(--hw-placeholder)",
    "--mantine-color-default": "var(--hw-surface)",
    "--mantine-color-default-hover": "var(--hw-hover)",
    "--mantine-color-default-color": "var(--hw-text)",
    "--mantine-color-default-border": "var(--hw-line-strong)",
    "--mantine-color-error": "var(--hw-danger)",
    "--mantine-color-anchor": "var(--hw-accent)",
    "--mantine-color-disabled": "var(--hw-sunken)",
    "--mantine-color-disabled-color": "var(--hw-placeholder)",
    "--mantine-primary-color-filled": "var(--hw-accent-fill)",
    "--mantine-primary-color-filled-hover": "var(--hw-accent-fill-hover)",
    "--mantine-color-teal-filled": "var(--hw-accent-fill)",
    "--mantine-color-teal-filled-hover": "var(--hw-accent-fill-hover)",
    "--mantine-color-red-filled": "var(--hw-danger-fill)",
    "--mantine-color-red-filled-hover": "var(--hw-danger-fill-hover)",
    "--mantine-color-gray-light-color": "var(--hw-muted)",
  };
  return { variables: {}, light: same, dark: same };
};
