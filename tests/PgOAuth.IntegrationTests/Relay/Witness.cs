using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Hears everything that the meter and the activity source say, as text.</summary>
internal sealed class Witness : IDisposable
{
    private const string Name = "PgOAuth";

    private readonly ConcurrentQueue<string> _heard = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    public Witness()
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>(Hear);
        _meters.SetMeasurementEventCallback<double>(Hear);
        _meters.SetMeasurementEventCallback<int>(Hear);
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Hear,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public string AllText => string.Join('\n', _heard);

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private static string Describe(IEnumerable<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.Select(static tag => $"{tag.Key}={tag.Value}"));

    private void Hear<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : struct, IFormattable =>
        _heard.Enqueue($"{instrument.Name} {instrument.Description} {value.ToString(null, CultureInfo.InvariantCulture)} {Describe(tags.ToArray())}");

    private void Hear(Activity activity) => _heard.Enqueue(
        $"{activity.OperationName} {activity.DisplayName} {activity.StatusDescription} {Describe(activity.TagObjects)} {string.Join(' ', activity.Events.Select(static each => each.Name + " " + Describe(each.Tags)))} {string.Join(' ', activity.Baggage)}");
}
