using System.Text;
using PgOAuth.Testing;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>Messages that are sent at once, at random: a simple query, or extended ones up to one or more Sync messages.</summary>
internal sealed class SoakBatch
{
    private readonly MemoryStream _bytes = new();
    private readonly Random _random;
    private readonly SoakModel _model;
    private readonly string _id;
    private readonly int _number;
    private int _nonces;
    private int _syncs;

    public SoakBatch(Random random, SoakModel model, string id, int number)
    {
        _random = random;
        _model = model;
        _id = id;
        _number = number;
    }

    public ReadOnlyMemory<byte> Bytes => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

    public List<SoakIntent> Intents { get; } = [];

    /// <summary>How many rows <see cref="Large"/> has asked for.</summary>
    public int Rows { get; private set; }

    /// <summary>One or more simple queries.</summary>
    public SoakBatch Simple()
    {
        for (var n = _random.Next(10) == 0 ? _random.Next(2, 20) : 1; n > 0; n--)
        {
            SoakQueries.Add(this, _random, _model, _id, Nonce());
        }

        return this;
    }

    /// <summary>Statements by name and without, errors among them, and a Sync here and there.</summary>
    public SoakBatch Extended()
    {
        for (var n = _random.Next(10) == 0 ? _random.Next(5, 40) : _random.Next(1, 5); n > 0; n--)
        {
            Step(_random.Next(14));
            if (_random.Next(4) == 0)
            {
                Sync();
            }
        }

        Sync();
        return this;
    }

    /// <summary>A result that is larger than all buffers of a narrow connection.</summary>
    public SoakBatch Large()
    {
        if (_random.Next(4) > 0)
        {
            SoakQueries.AddLarge(this, Nonce(), Rows = _random.Next(30, _random.Next(2) == 0 ? 60 : 500));
            return this;
        }

        Parse("", SoakShape.Large);
        Bind("", "", SoakShape.Large);
        Execute("", SoakShape.Large, 0);
        Rows = SoakShape.LargeRows;
        return Sync();
    }

    /// <summary>A portal that is fetched in portions, each asked for with Flush.</summary>
    public SoakBatch Portal()
    {
        var shape = SoakShape.All[_random.Next(3, 6)];
        Parse("", shape);
        Bind("", "", shape);
        Execute("", shape, _random.Next(1, 30));
        return this;
    }

    /// <summary>The next portion of <see cref="Portal"/>.</summary>
    public SoakBatch More()
    {
        Execute("", null, _random.Next(1, 30));
        return this;
    }

    public SoakBatch Sync()
    {
        _syncs++;
        Add(FrontendMessages.Sync, new SoakIntent('S'));
        return this;
    }

    public SoakBatch Flush()
    {
        Add(Message('H'), null);
        return this;
    }

    public void Add(byte[] bytes, SoakIntent? intent)
    {
        _bytes.Write(bytes);
        if (intent is not null)
        {
            Intents.Add(intent);
        }
    }

    public override string ToString() => string.Join(' ', Intents.Take(12).Select(static each => $"{each.Type}{each.Name}{each.Shape?.Id}{string.Join(';', each.Statements.Select(static one => one.Sql))}"));

    private string Nonce() => $"{_id}{_number}.{++_nonces}.";

    private void Step(int choice)
    {
        // A pooled session cannot be told that a name is taken while the message that took it waits behind another Sync.
        var name = "s" + SoakRows.Number(_random.Next(4) + (4 * _syncs));
        var shape = SoakShape.All[_random.Next(SoakShape.Named)];
        switch (choice)
        {
            case 0:
                // Fails when the name is in use.
                Parse(name, shape);
                break;

            case 1:
                // Fails when there is none, or it is another one.
                Bind("", name, shape);
                Execute("", shape, 0);
                break;

            case 2:
                Describe(name);
                break;

            case 3 or 4 or 5:
                Close(name);
                Parse(name, shape);
                Bind("", name, shape);
                Execute("", shape, 0);
                break;

            case 6:
                Transaction(!_model.IsInBlock ? SoakShape.Begin : _random.Next(2) == 0 ? SoakShape.Commit : SoakShape.Rollback);
                break;

            case 7:
                var portal = "p" + Nonce();
                Parse("", shape);
                Bind(portal, "", shape);
                Execute(portal, shape, 3);
                Execute(portal, shape, 0);
                break;

            case 8:
                Copy();
                break;

            case 9:
                Parse("", shape);
                Describe("");
                Bind("", "", shape);
                Execute("", shape, 0);
                Flush();
                break;

            default:
                Parse("", shape);
                Bind("", "", shape);
                Execute("", shape, 0);
                break;
        }
    }

    private void Transaction(SoakShape shape)
    {
        Parse("", shape);
        Bind("", "", shape);
        Execute("", shape, 0);
    }

    private void Copy()
    {
        var shape = SoakShape.CopyIn;
        var nonce = Nonce();
        Parse("", shape);
        Bind("", "", shape);
        var ending = _random.Next(4);
        Add(FrontendMessages.Execute(), new SoakIntent('E') { Fails = ending == 0 ? "57014" : ending == 1 ? "22P02" : null });
        SoakQueries.AddCopy(this, _random, nonce, ending);
    }

    private void Parse(string name, SoakShape shape) =>
        Add(FrontendMessages.Parse(shape.Sql, name), new SoakIntent('P') { Name = name, Shape = shape });

    private void Bind(string portal, string name, SoakShape shape)
    {
        var nonce = shape.HasNonce ? Nonce() : "";
        byte[] parameters = shape.HasNonce ? [.. Int16(1), .. Int32(nonce.Length), .. Encoding.ASCII.GetBytes(nonce)] : Int16(0);
        Add(Message('B', [.. CString(portal), .. CString(name), .. Int16(0), .. parameters, .. Int16(0)]), new SoakIntent('B') { Name = name, Portal = portal, Nonce = nonce });
    }

    private void Describe(string name) => Add(FrontendMessages.Describe(name), new SoakIntent('D') { Name = name });

    private void Execute(string portal, SoakShape? shape, int rows) =>
        Add(FrontendMessages.Execute(portal, rows), new SoakIntent('E') { Portal = portal, Shape = shape, Rows = rows });

    private void Close(string name) => Add(Message('C', [(byte)'S', .. CString(name)]), new SoakIntent('C') { Name = name });
}
