/** Links in made things: fragments scroll, other addresses are handed to the page, which asks. */

function scrollToFragment(fragment: string): void {
  const id = decodeURIComponent(fragment.slice(1));
  const target = document.getElementById(id) ?? document.getElementsByName(id)[0];
  if (target) target.scrollIntoView();
  else if (id === "" || id === "top") window.scrollTo(0, 0);
}

/** Handles clicks on links; to be called again after every `document.open`. */
export function interceptLinks(open: (href: string) => void): void {
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    // A game may use a link as a button: what it handles itself is its own business.
    if (!link || event.defaultPrevented) return;
    const href = link.getAttribute("href") ?? "";
    if (/^javascript:/i.test(href.trim())) return;
    event.preventDefault();
    if (href.startsWith("#")) scrollToFragment(href);
    else if (/^https?:/i.test(href.trim())) open(href.trim());
  });
}
