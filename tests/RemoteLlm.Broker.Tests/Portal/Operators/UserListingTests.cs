using System.Globalization;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Operators.Users;
using RemoteLlm.Broker.Usage.Spending;

namespace RemoteLlm.Broker.Tests.Portal.Operators;

public sealed class UserListingTests
{
    private static readonly DateOnly s_today = new(2025, 11, 30);

    private static readonly UserDirectory s_users = UsersFile.Parse(
        "users:\n  - {gitlab_username: bob, gitlab_id: 7}\n  - {gitlab_username: Alice, role: operator}\n  - {gitlab_username: zoe, status: pending}\n  - {gitlab_username: mallory, blocked: true, status: pending}\n"
        + string.Concat(Enumerable.Range(0, 120).Select(i => string.Create(CultureInfo.InvariantCulture, $"  - {{gitlab_username: many{i:000}}}\n")))).Content!;

    [Fact]
    public void Who_waits_comes_first_then_the_names_in_their_order_fifty_a_page()
    {
        var first = Of("", "", 1);
        var last = Of("", "", 99);

        Assert.Equal(["zoe", "Alice", "bob", "mallory", "many000"], first.Rows.Take(5).Select(row => row.Name));
        Assert.Equal((UsersModel.PageSize, 3, 124), (first.Rows.Count, first.Pages, first.Found));
        Assert.Equal((3, 24, "many119"), (last.Page, last.Rows.Count, last.Rows[^1].Name));
        Assert.Equal([124, 1, 1, 1], first.Counts);
    }

    [Theory]
    [InlineData("LIC", "", "Alice")]
    [InlineData(" 7 ", "", "many007,many017,many027,many037,many047,many057,many067,many070,many071,many072,many073,many074,many075,many076,many077,many078,many079,many087,many097,many107,many117,bob")]
    [InlineData("", "pending", "zoe")]
    [InlineData("", "blocked", "mallory")]
    [InlineData("", "operators", "Alice")]
    [InlineData("bob", "operators", "")]
    public void A_part_of_the_name_or_the_whole_number_finds(string search, string show, string names) =>
        Assert.Equal(names.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), Of(search, show, 1).Rows.Select(row => row.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Addresses_keep_what_was_asked_for_and_carry_no_markup()
    {
        var model = Of("a&b <script>", "pending", -5);

        Assert.Equal("/admin/users?q=a%26b%20%3Cscript%3E&show=pending&page=2", model.With(page: 2));
        Assert.Equal("", Of("", "nonsense", 1).Show);
        Assert.Equal(UserListing.MaxSearch, Of(new string('x', 1000), "", 1).Search.Length);
    }

    private static UsersModel Of(string search, string show, int page) => UserListing.Of(s_users, new UsageTotals(), s_today, search, show, page);
}
