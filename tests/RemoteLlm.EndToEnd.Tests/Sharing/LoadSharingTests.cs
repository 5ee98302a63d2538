using System.Net;

namespace RemoteLlm.EndToEnd.Tests.Sharing;

/// <summary>Fifty streamed requests at once over three servers of different size: each works all the time on as much as it can, and one that dies takes nobody with it who was not being answered.</summary>
public sealed class LoadSharingTests
{
    private const int Requests = 50;

    [Fact]
    public async Task Load_follows_what_each_server_gets_done()
    {
        await using var shared = await SharedServers.Start(6, 3, 1);
        var asking = shared.Ask(Requests);

        // At first each has what it can take; then whoever ends one gets the next.
        await shared.UntilRunning(6, 3, 1);
        for (var round = 0; round < 4; round++)
        {
            shared.End(6, 3, 1);
            await shared.UntilArrived((round + 2) * 6, (round + 2) * 3, round + 2);
        }

        shared.End(6, 3, 1);
        foreach (var answer in await Task.WhenAll(asking).OrHang())
            Assert.Equal((HttpStatusCode.OK, true), (answer.Status, answer.IsWhole));
        Assert.Equal([30, 15, 5], shared.Arrived);
    }

    [Fact]
    public async Task Server_that_ends_its_requests_sooner_gets_more_of_them()
    {
        await using var shared = await SharedServers.Start(2, 2, 2);
        var asking = shared.Ask(Requests - 4);
        await shared.UntilRunning(2, 2, 2);

        // The first ends two while the others end one each.
        var (fast, slow) = (2, 2);
        for (var left = Requests - 4 - 6; left > 0; left -= 4)
        {
            shared.End(2, 1, 1);
            (fast, slow) = (fast + 2, slow + 1);
            await shared.UntilArrived(fast, slow, slow);
        }

        shared.End(2, 2, 2);
        Assert.All(await Task.WhenAll(asking).OrHang(), static answer => Assert.True(answer.IsWhole));
        Assert.True(shared.Arrived[0] > 1.7 * shared.Arrived[1], string.Join(' ', shared.Arrived));
    }

    [Fact]
    public async Task Who_had_no_byte_yet_does_not_notice_that_a_server_died()
    {
        await using var shared = await SharedServers.Start(6, 3, 1);
        var asking = shared.Ask(Requests);
        await shared.UntilRunning(6, 3, 1);

        shared.Kill(0);
        // Its six go to the others, as soon as those are free.
        for (var i = 0; i < Requests; i++)
            shared.End(0, 1, 1);

        foreach (var answer in await Task.WhenAll(asking).OrHang())
            Assert.Equal((HttpStatusCode.OK, true), (answer.Status, answer.IsWhole));
        Assert.Equal(6, shared.Arrived[0]);
        Assert.Equal(Requests, shared.Arrived[1] + shared.Arrived[2]);
    }
}
