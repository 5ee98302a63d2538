using System.Numerics;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Weights that are fitted to one observation after the other, as the least squares of all of them would be: recursive least squares with a prior, which is a
/// Kalman filter whose state stands nearly still (Murphy, "Probabilistic Machine Learning: Advanced Topics", 8.2 and 29.7.2).
/// </summary>
internal sealed class RecursiveFit
{
    /// <summary>
    /// An error of more than so many standard deviations moves the weights as one of so many does (Huber). One that says that the weights are too large moves
    /// them even less the larger it is: servers have many ways to count too few tokens and hardly any to count too many.
    /// </summary>
    private const double HuberLimit = 3;

    /// <summary>How much of the certainty fades with each observation: a template that changes is learnt anew within some hundreds.</summary>
    private const double Fading = 0.0005;

    /// <summary>So many surprises, twice the others taken off, say that the model is another one than it was: that much of the certainty goes.</summary>
    private const int MostSurprises = 8;
    private const double Forgetting = 0.3;

    private const int Count = LearnedWeights.Count;
    private const double Rounding = 1.001;

    private readonly double[] _weights = LearnedWeights.Start.ToArray();
    private readonly double[] _covariance = LearnedWeights.Uncertainty.ToArray();
    private int _surprises;

    /// <summary>The weights as they stand.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Takes up where another fit was. False, and nothing is taken, when that is no state that a fit can be in.</summary>
    public bool TryRestore(ReadOnlySpan<float> weights, ReadOnlySpan<float> covariance)
    {
        if (!IsSane(weights, covariance))
            return false;
        for (var (i, at) = (0, 0); i < Count; i++)
        {
            _weights[i] = Math.Clamp(weights[i], 0, LearnedWeights.Limits[i]);
            for (var j = 0; j <= i; j++, at++)
                _covariance[(i * Count) + j] = _covariance[(j * Count) + i] = covariance[at];
        }

        return true;
    }

    /// <summary>The weights, to be kept.</summary>
    public float[] SaveWeights() => [.. _weights.Select(weight => (float)weight)];

    /// <summary>The covariance, to be kept: row by row up to the diagonal.</summary>
    public float[] SaveCovariance()
    {
        var saved = new float[Count * (Count + 1) / 2];
        for (var (i, at) = (0, 0); i < Count; i++)
        {
            for (var j = 0; j <= i; j++, at++)
                saved[at] = (float)_covariance[(i * Count) + j];
        }

        return saved;
    }

    /// <summary>What the weights make of a row.</summary>
    public double Value(ReadOnlySpan<double> row) => Product(row, _weights);

    /// <summary>The variance of <see cref="Value"/>, as far as the weights are to blame.</summary>
    public double Variance(ReadOnlySpan<double> row)
    {
        Span<double> spread = stackalloc double[Count];
        return Spread(row, spread);
    }

    /// <summary>Takes an observation in.</summary>
    /// <param name="row">What was observed.</param>
    /// <param name="error">By how much <see cref="Value"/> was too small.</param>
    /// <param name="noise">The variance that an observation has by itself.</param>
    public void Update(ReadOnlySpan<double> row, double error, double noise)
    {
        Span<double> spread = stackalloc double[Count];
        var variance = Spread(row, spread) + noise;
        var surprise = Math.Abs(error) / Math.Sqrt(variance);
        var excess = Math.Max(1, surprise / HuberLimit);
        var share = 1 / (variance * (error < 0 ? excess * excess : excess));
        for (var i = 0; i < Count; i++)
            _weights[i] += spread[i] * error * share;
        Narrow(spread, share, Fade(surprise > HuberLimit));
        KeepWithinLimits();
    }

    // Never all of the certainty, never nothing: the fading also makes up for what rounding does to the matrix.
    private double Fade(bool isSurprise)
    {
        _surprises = isSurprise ? _surprises + 1 : Math.Max(0, _surprises - 2);
        if (_surprises < MostSurprises)
            return Fading;
        _surprises = 0;
        return Forgetting;
    }

    private void Narrow(ReadOnlySpan<double> spread, double share, double fade)
    {
        var prior = LearnedWeights.Uncertainty;
        for (var (i, at) = (0, 0); i < spread.Length; i++)
        {
            var factor = spread[i] * share;
            for (var j = 0; j < spread.Length; j++, at++)
            {
                var left = _covariance[at] - (factor * spread[j]);
                _covariance[at] = left + (fade * (prior[at] - left));
            }
        }
    }

    // Moves the others along with one that is held back, as far as they go together.
    private void KeepWithinLimits()
    {
        for (var i = 0; i < Count; i++)
        {
            var by = Math.Clamp(_weights[i], 0, LearnedWeights.Limits[i]) - _weights[i];
            if (by == 0)
                continue;
            var row = _covariance.AsSpan(i * Count, Count);
            for (var j = 0; j < Count; j++)
                _weights[j] += by * row[j] / row[i];
        }

        for (var i = 0; i < Count; i++)
            _weights[i] = Math.Clamp(_weights[i], 0, LearnedWeights.Limits[i]);
    }

    private double Spread(ReadOnlySpan<double> row, Span<double> spread)
    {
        for (var i = 0; i < spread.Length; i++)
            spread[i] = Product(row, _covariance.AsSpan(i * spread.Length, spread.Length));
        return Math.Max(Product(row, spread), 0);
    }

    private static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (sums, i) = (Vector<double>.Zero, 0);
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
            sums += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    // That it is a covariance is not looked at as closely as a proof would take: the fading mends what rounding did to it.
    private static bool IsSane(ReadOnlySpan<float> weights, ReadOnlySpan<float> covariance)
    {
        if (weights.Length != Count || covariance.Length != Count * (Count + 1) / 2)
            return false;
        Span<double> deviations = stackalloc double[Count];
        for (var (i, at) = (0, 0); i < Count; i++)
        {
            if (!(weights[i] >= 0 && weights[i] <= LearnedWeights.Limits[i] * Rounding))
                return false;
            var largest = LearnedWeights.Uncertainty[(i * Count) + i] * Rounding;
            deviations[i] = Math.Sqrt(covariance[at + i]);
            if (!(covariance[at + i] > 0 && covariance[at + i] <= largest))
                return false;
            for (var j = 0; j <= i; j++, at++)
            {
                if (!(Math.Abs(covariance[at]) <= deviations[i] * deviations[j] * Rounding))
                    return false;
            }
        }

        return true;
    }
}
