namespace RemoteLlm.Testing;

/// <summary>What a piece of code allocates on the thread that calls it, each time that it runs.</summary>
public static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// The bytes of the round that allocated least. What the code itself allocates is there in every round; what the runtime does once on this thread
    /// (a type's first use, a method that is compiled anew) is in one round or another, whenever it happens; so is the rest of the thread's piece of the heap, which a collection that any other test
    /// brings about counts as allocated.
    /// </summary>
    public static long OfARound(Action round) => OfARound(static () => 0, _ => round());

    /// <summary>The same, of rounds that each begin with something new, which does not count itself.</summary>
    /// <param name="prepare">Makes it.</param>
    /// <param name="round">What is measured.</param>
    public static long OfARound<T>(Func<T> prepare, Action<T> round)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var prepared = prepare();
            var before = GC.GetAllocatedBytesForCurrentThread();
            round(prepared);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
