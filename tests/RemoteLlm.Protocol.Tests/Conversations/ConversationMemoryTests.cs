using RemoteLlm.Protocol.Conversations;

namespace RemoteLlm.Protocol.Tests.Conversations;

public sealed class ConversationMemoryTests
{
    private const int Generation = 50_000;

    [Fact]
    public void A_conversation_is_known_under_each_of_its_keys_and_the_first_known_one_counts()
    {
        var memory = new ConversationMemory();
        memory.Remember([1, 2], "a");
        memory.Remember([3], "b");

        Assert.Equal("a", memory.Find([2]));
        Assert.Equal("b", memory.Find([9, 3, 1]));
        Assert.Null(memory.Find([9]));
        Assert.Null(memory.Find([]));
        memory.Remember([2], "c");
        Assert.Equal(("a", "c"), (memory.Find([1]), memory.Find([2])));
    }

    [Fact]
    public void It_is_bounded_and_forgets_what_was_not_used_for_the_longest_time()
    {
        var memory = new ConversationMemory();
        memory.Remember([1], "used");
        memory.Remember([2], "unused");
        Fill(memory, 1000, Generation);
        Assert.Equal(("used", "unused"), (memory.Find([1]), memory.Find([2])));

        memory.Remember([1], "used");
        Fill(memory, 200_000, Generation);

        Assert.Equal("used", memory.Find([1]));
        Assert.Null(memory.Find([2]));
    }

    private static void Fill(ConversationMemory memory, int from, int count)
    {
        for (var i = from; i < from + count; i++)
            memory.Remember([(UInt128)i], "x");
    }
}
