using System.Text.Json;

namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>Whether a page fits its screen.</summary>
internal static class Fit
{
    // What scrolls by itself may be wider than its place: it says so by its shadow. A link inside a sentence is as high as its line (WCAG 2.2, 2.5.8 excepts it).
    private const string Find = """
        thumb => {
          const faults = [];
          if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} px wide`);
          const shown = element => element.checkVisibility() && element.getClientRects().length > 0 && !element.closest(".unseen, .skip");
          const name = element => `${element.tagName.toLowerCase()} "${(element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 40)}"`;
          for (const element of document.querySelectorAll("main *")) {
            if (!shown(element) || element.closest("svg, pre, .scroll, select")) continue;
            const box = element.getBoundingClientRect();
            if (box.right > innerWidth + 1 || box.left < -1) faults.push(`${name(element)} sticks out to ${Math.round(box.left)}..${Math.round(box.right)}`);
          }
          if (thumb) {
            for (const element of document.querySelectorAll("button, .button, select, summary, nav a, tbody th a, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), label:has(> input)")) {
              const box = element.getBoundingClientRect();
              if (shown(element) && box.height < 39.5) faults.push(`${name(element)} is ${Math.round(box.height)} px high`);
            }
          }
          return JSON.stringify(faults);
        }
        """;

    /// <summary>What sticks out, and on a phone what is lower than 40 px and there to be touched; none is as it should be.</summary>
    public static async Task<IReadOnlyList<string>> Misfits(this IPage page, Screen screen) =>
        JsonSerializer.Deserialize<string[]>(await page.EvaluateAsync<string>(Find, screen.Width == Screen.Phone.Width).OrHang())!;
}
