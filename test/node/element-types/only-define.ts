/** A page that registers the element and imports nothing else of it. */
import "@concert-pay/element/define";

const element = document.createElement("concert-pay");
element.amount = "12.50";
element.addEventListener("concert-result", ({ detail }) => {
  if (detail.outcome === "approved")
    console.log(detail.key, detail.charged.minorUnits, detail.recorded === true);
  // @ts-expect-error an outcome has no such field
  console.log(detail.paid);
});
element.addEventListener("concert-settled", ({ detail }) => console.log(detail.entry.key, detail.by));
element.addEventListener("concert-phase", ({ detail }) => console.log(detail === "card-expected"));
element.addEventListener("concert-error", ({ detail }) => console.log(detail.code));
document.addEventListener("concert-state", (event) => console.log(event));
element.addEventListener("concert-state", ({ detail }) => console.log(detail.name));
// @ts-expect-error no such attribute
element.amout = "12.50";
