// Pages about what is wrong, loaded together when one of them is first shown. Owns nothing but the list.

export { default as AlertsPage } from "../alerts/AlertsPage";
export { default as AnomaliesPage } from "../anomalies/AnomaliesPage";
